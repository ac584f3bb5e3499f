import { describe, expect, it } from 'vitest';

import { limitedIndicatorSchema } from '../../schemas/events/appetite.js';
import type { ReportType } from '../../schemas/events/service.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { lawful } from './document-laws.js';
import { renderPdf } from '../../shared/adapters/render/pdf.js';
import { depsOf } from './eight.js';
import { context } from './fixtures.js';
import { badMonth, end, eventsOf, psn, tenant } from './months.js';
import type { Row } from './proofs.js';

/* What the reports are held to: limits that two people approved, or those of the service, which are a proposal. */

const approval = (data: object = {}): Row => [
  'appetite.approved',
  end - 10 * day,
  {
    limits: { K04: { target: 10, limit: 5 }, K09: { target: 0, limit: 1 } },
    setBy: 'Harbour risk committee',
    setOn: '2026-11-12',
    expiresAt: instantOf(end + 90 * day),
    reason: 'minutes',
    actor: psn(8),
    approvedBy: psn(9),
    ...data,
  },
  { signed: false, sourceId: 'aispm' },
];

async function told(rows: readonly Row[], publicSafe = false, type: ReportType = 'board-kpi') {
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const deps = await depsOf([...badMonth(), ...eventsOf(rows, 'a')]);
  return lawful(await buildReport(deps, tenant, { type, period, publicSafe }));
}
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
function appetite({ blocks }: ReportDocument): string {
  const at = blocks.findIndex((block) => block.kind === 'heading' && block.text === 'Appetite');
  const said = blocks[at + 1];
  return said?.kind === 'paragraph' ? plain(said.text) : '';
}
const row = ({ blocks }: ReportDocument, id: string) =>
  blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : [])).find((one) => one.id === id);

describe('the board pack', () => {
  it('calls limits proposed that nobody approved', async () => {
    expect(appetite(await told([]))).toMatch(
      /^Beyond the limit, which is proposed and not approved: control score \(75\.0\), agents under control \(85\.0%\), /,
    );
  });

  it('is held to approved limits, and says who set and approved them, when and until when, and by what evidence', async () => {
    const document = await told([approval()]);
    expect(row(document, 'K04')).toMatchObject({ target: 10, limit: 5, status: 'on_target' });
    expect(row(document, 'K09')).toMatchObject({ target: 0, limit: 1, status: 'off_target' });
    const said = appetite(document);
    expect(said).toMatch(
      /^Set by Harbour risk committee on 12 Nov 2026, approved by psn:99999999 as asked for by psn:88888888 on 14 Nov 2026, until 22 Feb 2027; 2 of 12 limits are approved, the others are proposed and not approved\. Beyond the approved limit: critical weaknesses open \(1\)\. Beyond a proposed limit: control score, code and workflows under control, /,
    );
    expect(said).not.toContain('agents under control');
    const sheet = document.registers.find((register) => register.sheet === 'Periods');
    const at = sheet?.columns.findIndex(({ key }) => key === 'set') ?? 0;
    expect(sheet?.rows.map((cells) => cells[at]).filter((set) => set === 'approved')).toHaveLength(2);
    const block = document.blocks.find((one) => one.kind === 'paragraph' && plain(one.text) === said);
    expect(block?.kind === 'paragraph' && block.ref?.href).toMatch(
      /^\/api\/tenants\/\w+\/evidence\/[0-9a-f]{64}$/,
    );
  });

  it('takes the service’s own limits again when the approval has ended, and says so', async () => {
    const document = await told([approval({ expiresAt: instantOf(end - hour) })]);
    expect(row(document, 'K04')).toMatchObject({ target: 95, limit: 85, status: 'off_target' });
    expect(appetite(document)).toMatch(
      /^The approval of the limits ended on 24 Nov 2026\. Beyond the limit, which is proposed and not approved: /,
    );
  });

  it('holds code and workflows together to the stricter limit, approved once both are', async () => {
    const limits = { K05: { target: 50, limit: 20 }, K06: { target: 40, limit: 30 } };
    const both = await told([approval({ limits })]);
    expect(row(both, 'K05+K06')).toMatchObject({ target: 50, limit: 30 });
    expect(appetite(both)).toMatch(/1 of 12 limits is approved/);
    const one = await told([approval({ limits: { K05: limits.K05 } })]);
    expect(row(one, 'K05+K06')).toMatchObject({ target: 90, limit: 80 });
    expect(appetite(one)).toMatch(/0 of 12 limits are approved/);
  });

  it('names neither body nor persons to readers outside', async () => {
    const document = await told([approval()], true);
    expect(appetite(document)).toMatch(
      /^Set on 12 Nov 2026, approved by two persons on 14 Nov 2026, until 22 Feb 2027; 2 of 12 /,
    );
    for (const secret of ['arbour', 'committee', 'psn:', '/api/'])
      expect(canonicalText(document)).not.toContain(secret);
  });
});

describe('the board pack with approved limits', () => {
  it.each([false, true])('still has two pages, public-safe: %s', async (publicSafe) => {
    const all = limitedIndicatorSchema.options.map((id) => [id, { target: 100, limit: 100 }] as const);
    const upTo = {
      K01: { target: 85, limit: 75 },
      K09: { target: 0, limit: 0 },
      K22: { target: 0, limit: 0 },
    };
    for (const limits of [Object.fromEntries(all), upTo]) {
      const document = await told(
        [approval({ limits, setBy: 'The board of directors and its risk committee' })],
        publicSafe,
      );
      const file = Buffer.from(await renderPdf(document, context)).toString('latin1');
      expect(file.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(2);
    }
  });
});

describe('the CISO report', () => {
  it('is held to the same limits and says of each whether it is approved or a default', async () => {
    const document = await told([approval()], false, 'ciso');
    expect(row(document, 'K04')).toMatchObject({ target: 10, limit: 5 });
    const table = document.blocks.find(
      (block) => block.kind === 'table' && block.caption.startsWith('Indicators of this report;'),
    );
    const set =
      table?.kind === 'table' ? table.rows.map((cells) => cells.map((c) => ('text' in c ? c.text : ''))) : [];
    const of = (id: string) => set.find(([name]) => name === id)?.slice(2, 5);
    expect(of('K04')).toEqual(['10.0%', '5.0%', 'approved']);
    expect(of('K05')).toEqual(['95.0%', '85.0%', 'default']);
    expect(of('K14')).toEqual(['none', 'none', 'none']);
  });
});
