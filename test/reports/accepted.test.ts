import { expect, it } from 'vitest';

import { reportDocumentSchema, type ReportDocument } from '../../schemas/report-document.js';
import type { EventData, EventName } from '../../schemas/events/types.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import { findingId } from '../../shared/core/projections/keys.js';
import { buildCiso } from '../../shared/core/reports/ciso/ciso.js';
import { day as dayWords } from '../../shared/core/reports/format.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { gatherPosture } from '../../shared/usecases/reports/gather-posture.js';
import { evidenceOf } from '../laws/tenant-events.js';
import { badMonth, end, psn, storesOf, tenant } from './months.js';

/* Accepting a risk changes how a report speaks of a finding, and never whether it does. */

it('an acceptance labels the finding in the report, stands beside the verdict, and hides nothing', async () => {
  const stores = await storesOf(badMonth());
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const report = async (): Promise<ReportDocument> =>
    reportDocumentSchema.parse(
      buildCiso(await gatherPosture({ stores }, tenant, period, { rehearsal: false, publicSafe: false })),
    );
  const tell = async <N extends EventName>(name: N, data: EventData<N>): Promise<string> => {
    const evidence = evidenceOf(name, data, end, `told-${name}`, { sourceId: 'aispm', signed: false });
    await stores.evidence.create(evidence);
    await foldEvents({ ledger: stores.ledger, now: () => end }, [{ evidence }]);
    return evidence.id;
  };
  const before = await report();
  const { items } = await stores.ledger.list({
    kind: 'finding',
    where: { state: 'open', severity: 'critical' },
    orderBy: 'rank',
    limit: 1,
  });
  const fingerprint = items[0]?.id.slice(findingId('').length) ?? '';
  const label = `F-${fingerprint.slice(0, 10)}`;
  const expiresAt = instantOf(end + 30 * day);
  const about = { finding: fingerprint, reason: 'known', owner: psn(8) };
  const request = await tell('finding.requested', {
    ...about,
    actor: psn(1),
    change: 'acceptance',
    expiresAt,
  });
  const agreed = { ...about, actor: psn(2), request, requestedBy: psn(1), expiresAt };
  await tell('finding.accepted', agreed);
  const after = await report();

  expect(rowOf(before, label)).not.toContain('accepted until');
  expect(rowOf(after, label)).toContain(`accepted until ${dayWords(expiresAt)}`);
  expect(findings(after).length).toBe(findings(before).length);
  const [verdict] = after.blocks;
  expect(verdict).toMatchObject({ kind: 'verdict' });
  expect(JSON.stringify(verdict)).toContain(`1 finding is accepted, until ${dayWords(expiresAt)}.`);
});

/** Rows of the appendix's table of findings. */
const findings = (document: ReportDocument): string[] =>
  document.blocks.flatMap((block) =>
    block.kind === 'table' && block.caption.startsWith('Findings open, claimed resolved or accepted')
      ? block.rows.map((row) => JSON.stringify(row))
      : [],
  );
function rowOf(document: ReportDocument, label: string): string {
  const row = findings(document).find((text) => text.includes(label));
  if (row === undefined) throw new Error(`the report does not name ${label}`);
  return row;
}
