import { describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { lawful } from './document-laws.js';
import { depsOf } from './eight.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { badMonth, end, eventsOf, psn, tenant } from './months.js';
import type { Row } from './proofs.js';

/* What management says of the exceptions of a packet: the bad month notes two to signatures and one to approvals. */

const november = Date.parse('2026-11-01T00:00:00Z');
const own = { signed: false, sourceId: 'aispm' };
const response = (at: number, data: object): Row => [
  'response.recorded',
  at,
  {
    control: 'evidence-signed',
    from: instantOf(november),
    until: instantOf(at),
    stance: 'agrees',
    cause: 'Two runtimes were set up without a key.',
    action: 'Each runtime gets its key before it starts.',
    owner: psn(8),
    dueAt: instantOf(end + 7 * day),
    actor: psn(9),
    role: 'operator',
    ...data,
  },
  own,
];

async function packet(rows: readonly Row[], publicSafe = false): Promise<ReportDocument> {
  const events: StoredEvidence[] = [...badMonth(), ...eventsOf(rows, 'r')];
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const asked = { type: 'soc2-evidence' as const, period, publicSafe };
  return lawful(await buildReport(await depsOf(events), tenant, asked));
}

/** Rows of the table of responses under a criterion, each cell as text. */
function given({ blocks }: ReportDocument, criterion: string): string[][] {
  const table = blocks.find(
    (block) =>
      block.kind === 'table' &&
      block.caption.startsWith(`Management response to exceptions of ${criterion} `),
  );
  if (table?.kind !== 'table') return [];
  return table.rows.map((row) => row.map((cell) => (cell.kind === 'text' ? cell.text : cell.kind)));
}
/** The paragraph about what is awaited or not asked for under a criterion. */
function awaited({ blocks }: ReportDocument, criterion: string): string {
  const at = blocks.findIndex((block) => block.kind === 'heading' && block.text.startsWith(`${criterion}:`));
  const said = blocks
    .slice(at)
    .find((block) => block.kind === 'paragraph' && block.text.startsWith('Management response'));
  return said?.kind === 'paragraph' ? said.text : '';
}
const counted = ({ blocks }: ReportDocument) =>
  blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : [])).find(({ id }) => id === 'S4')
    ?.figure;

describe('the packet says of exceptions', () => {
  it('that a response is awaited, and from whom, where management has not answered', async () => {
    const document = await packet([]);
    expect(given(document, 'CC2.1')).toEqual([]);
    expect(awaited(document, 'CC2.1')).toMatch(
      /awaiting response to 2 of 2 exceptions of “Evidence signed by a trusted source” from the CISO, as finding F-[0-9a-f]{10} has no owner, due 5.Dec.2026\.$/,
    );
    expect(awaited(document, 'A1.3')).toBe('Management response (not tested): none is asked for.');
    expect(counted(document)).toMatchObject({ state: 'observed', num: 0 });
  });

  it('what management answered, unaltered, dated, with owner and due date', async () => {
    const document = await packet([response(end - hour, {})]);
    expect(given(document, 'CC2.1')).toEqual([
      [
        'Evidence signed by a trusted source: 2 of 2',
        'agrees; operator, 24\u00a0Nov\u00a02026',
        'Two runtimes were set up without a key.',
        'Each runtime gets its key before it starts.',
        'psn:88888888, by 1\u00a0Dec\u00a02026',
        'ref',
      ],
    ]);
    expect(counted(document)).toMatchObject({ state: 'observed', num: 2 });
    const sheet = document.registers.find((register) => register.sheet === 'Responses');
    expect(sheet?.rows).toHaveLength(1);
  });

  it('which responses it did not read, where there are more than one packet reads', async () => {
    const others = Array.from({ length: 500 }, (_, n) =>
      response(end - 500 * minute + n * minute, { control: 'approvals-enforced' }),
    );
    const unread = ({ blocks }: ReportDocument): string =>
      JSON.stringify(
        blocks.filter((block) => block.kind === 'table' && block.caption.startsWith('Checks of')),
      );
    const [all, cut] = [await packet(others.slice(1)), await packet([response(end - day, {}), ...others])];
    expect(unread(all)).not.toContain('Management responses');
    expect(awaited(cut, 'CC2.1')).toContain('awaiting response to 2 of 2 exceptions');
    expect(unread(cut)).toContain(
      `not all were read: none from before ${instantOf(end - 500 * minute).slice(0, 16)}`,
    );
  });

  it('nothing of what came into the log after it, whatever time that tells', async () => {
    const [like] = badMonth().filter(
      ({ event }) => event.type === 'aispm.decision.recorded' && event.time === '2026-11-05T08:00:00.000Z',
    );
    if (!like) throw new Error('the bad month has no such decision');
    const late = { ...like, id: 'f'.repeat(64), event: { ...like.event, id: 'late' } };
    const deps = await depsOf([...badMonth(), ...eventsOf([response(end - hour, {})], 'r')]);
    await deps.stores.evidence.create(late);
    await foldEvents({ ledger: deps.stores.ledger, now: () => end }, [{ evidence: late }]);
    const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
    const document = await buildReport(deps, tenant, { type: 'soc2-evidence', period, publicSafe: false });
    expect(given(document, 'CC2.1').map(([exceptions]) => exceptions)).toEqual([
      'Evidence signed by a trusted source: 2 of 3',
    ]);
    expect(awaited(document, 'CC2.1')).toContain('awaiting response to 1 of 3 exceptions');
  });

  it('only of those that the response is to, and of each the last response', async () => {
    const [first] = badMonth().filter(
      ({ event }) => event.type === 'aispm.decision.recorded' && event.time === '2026-11-05T08:00:00.000Z',
    );
    const document = await packet([
      response(end - 3 * hour, { cause: 'Told at first.' }),
      response(end - 2 * hour, {
        stance: 'disagrees',
        cause: 'A test.',
        exceptions: [first?.id],
        dueAt: undefined,
      }),
      response(end - hour, { until: instantOf(november + day), cause: 'Of a day without any.' }),
    ]);
    expect(
      given(document, 'CC2.1').map(([exceptions, , cause, , owner]) => [exceptions, cause, owner]),
    ).toEqual([
      [
        'Evidence signed by a trusted source: 1 of 2',
        'Told at first.',
        'psn:88888888, by 1\u00a0Dec\u00a02026',
      ],
      ['Evidence signed by a trusted source: 1 of 2', 'A test.', 'psn:88888888, no date set'],
    ]);
  });

  it('that a deficient design waits for an answer as well, and what it was', async () => {
    const attested = '“Changes to protected branches attested”';
    expect(awaited(await packet([]), 'CC8.1')).toContain(`to the design of ${attested} from the CISO`);
    const document = await packet([response(end - hour, { control: 'changes-attested' })]);
    expect(given(document, 'CC8.1').map(([control]) => control)).toEqual([
      'Changes to protected branches attested: its design',
    ]);
    expect(awaited(document, 'CC8.1')).not.toContain(attested);
  });

  it('that it is done by the evidence that shows it, and that a due date has passed', async () => {
    const document = await packet([
      response(end - 3 * hour, { done: { at: instantOf(end - day), evidenceIds: ['a'.repeat(64)] } }),
      response(end - 10 * day, { control: 'approvals-separated', dueAt: instantOf(end - day) }),
    ]);
    expect(given(document, 'CC2.1')[0]?.[4]).toBe('psn:88888888, done 23\u00a0Nov\u00a02026');
    expect(given(document, 'CC5.1')[0]?.[4]).toBe('psn:88888888, overdue since 23\u00a0Nov\u00a02026');
  });

  it('whose risk is accepted and until when, while no response is recorded', async () => {
    const [subject] = await findingsAgainst('evidence-signed');
    const accepted: Row[] = [
      [
        'finding.requested',
        end - 5 * hour,
        {
          finding: subject,
          actor: psn(3),
          reason: 'r',
          change: 'acceptance',
          owner: psn(8),
          expiresAt: instantOf(end + 30 * day),
        },
        own,
      ],
    ];
    const [asked] = eventsOf(accepted, 'r');
    const rows: Row[] = [
      ...accepted,
      [
        'finding.accepted',
        end - 4 * hour,
        {
          finding: subject,
          actor: psn(5),
          reason: 'r',
          request: asked?.id,
          requestedBy: psn(3),
          owner: psn(8),
          expiresAt: instantOf(end + 30 * day),
        },
        own,
      ],
    ];
    expect(awaited(await packet(rows), 'CC2.1')).toMatch(
      /from psn:88888888, owner of finding F-[0-9a-f]{10}, whose risk is accepted until 24.Dec.2026\.$/,
    );
  });

  it('for readers outside no word of the tenant’s and nobody', async () => {
    const document = await packet([response(end - hour, { cause: 'The harbour lock was open.' })], true);
    const said = canonicalText(document);
    for (const secret of ['harbour', 'Each runtime gets', 'psn:', '/api/'])
      expect(said).not.toContain(secret);
    expect(given(document, 'CC2.1')[0]?.slice(1, 5)).toEqual([
      'agrees; operator, 24\u00a0Nov\u00a02026',
      'withheld',
      'withheld',
      'withheld, by 1\u00a0Dec\u00a02026',
    ]);
  });
});

async function findingsAgainst(control: string): Promise<string[]> {
  const { stores } = await depsOf(badMonth());
  const { items } = await stores.ledger.list({ kind: 'finding', orderBy: 'rank', limit: 200 });
  return items.flatMap((one) =>
    one.kind === 'finding' && one.control === control && one.state === 'open'
      ? [one.id.slice('finding:'.length)]
      : [],
  );
}
