import { expect, it } from 'vitest';

import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { findingId } from '../../shared/core/projections/keys.js';
import { command, mail, newTold, person, requested, start } from './told.js';

/* Everything that is to be a finding is one: opened by the event that shows it, or by time, and by neither before. */

const own = { sourceId: 'aispm' } as const;
type Told = ReturnType<typeof newTold>;
type Row = {
  title: string;
  finding: [rule: string, subject: string, control?: string];
  /** What happens before there is anything to find. */
  before?: (told: Told) => Promise<unknown>;
  /** What shows it. @returns the event's id; null where time alone does */
  shows: (told: Told) => Promise<string | null>;
};

const asked = (breakGlass = false) => ({
  approval: 'a1',
  requestedBy: person(1),
  expiresAt: instantOf(start + 4 * hour),
  breakGlass,
});
const decidedBy = (n: number) => ({ approval: 'a1', outcome: 'approved' as const, decidedBy: person(n) });
/** Passes to the instant before in `before`, and over it in `shows`. */
const atInstant = (ms: number, and: (told: Told) => Promise<unknown>): Pick<Row, 'before' | 'shows'> => ({
  before: async (told) => {
    await and(told);
    await told.passTo(start + ms - 1);
  },
  shows: async (told) => {
    await told.passTo(start + ms);
    return null;
  },
});

const rows: readonly Row[] = [
  {
    title: 'a control that evidence shows to be unmet',
    finding: ['control_unmet', 'agent:builder', 'secret-files'],
    shows: (told) =>
      told.tell('decision.recorded', command({ surface: 'file', risks: ['secret'], mode: 'shadow' })),
  },
  {
    title: 'a decision that let a high-risk action run outside any published rule',
    finding: ['control_unmet', 'agent:builder', 'destructive-commands'],
    shows: (told) => told.tell('decision.recorded', command({ decision: 'allow', ran: true })),
  },
  {
    title: 'a tool that the registry does not know',
    finding: ['control_unmet', 'tool:files', 'mcp-registered'],
    shows: async (told) => {
      await told.tell('decision.recorded', command({ surface: 'mcp', tool: 'files', risks: ['tool_write'] }));
      // What is missing is a record, so no event shows it.
      return null;
    },
  },
  {
    title: 'an agent that acts and was never declared',
    finding: ['control_unmet', 'agent:rogue', 'agent-registered'],
    shows: (told) => told.tell('decision.recorded', command({ agent: 'rogue' })),
  },
  {
    title: 'an approval that nobody answered in time',
    finding: ['control_unmet', 'approval:a1', 'approvals-in-time'],
    ...atInstant(4 * hour, (told) => told.tell('approval.requested', asked())),
  },
  {
    title: 'an approval that the requester gave',
    finding: ['control_unmet', 'approval:a1', 'approvals-separated'],
    before: (told) => told.tell('approval.requested', asked()),
    shows: (told) => told.tell('approval.decided', decidedBy(1)),
  },
  {
    title: 'an action that ran without the approval it was routed to',
    finding: ['control_unmet', 'agent:builder', 'destructive-commands'],
    shows: (told) =>
      told.tell('decision.recorded', command({ decision: 'require_approval', approval: 'a1', ran: true })),
  },
  {
    title: 'break-glass that nobody reviewed for 24 hours',
    finding: ['control_unmet', 'approval:a1', 'break-glass-reviewed'],
    ...atInstant(day, async (told) => {
      await told.tell('approval.requested', asked(true));
      await told.tell('approval.decided', decidedBy(2));
    }),
  },
  {
    title: 'an exception that expired',
    finding: ['evidence_stale', 'exception:x1'],
    ...atInstant(10 * day, (told) =>
      told.tell('exception.granted', {
        exception: 'x1',
        owner: person(1),
        requestedBy: person(2),
        approvedBy: person(3),
        expiresAt: instantOf(start + 10 * day),
        scope: 'billing',
      }),
    ),
  },
  {
    title: 'evidence that has run out',
    finding: ['evidence_stale', 'agent:builder'],
    ...atInstant(day, async (told) => {
      await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
      await told.tell('decision.recorded', command());
    }),
  },
  {
    title: 'a connector that failed',
    finding: ['control_unmet', 'connector:runtime', 'connectors-live'],
    shows: (told) =>
      told.tell(
        'connector.validated',
        { connector: 'runtime', outcome: 'failed', nonceDigest: 'a'.repeat(64), issuedAt: instantOf(start) },
        own,
      ),
  },
  {
    title: 'a report that bounced',
    finding: ['report_undelivered', `recipient:${person(5)}`, 'report-delivery'],
    before: requested,
    shows: (told) =>
      told.tell('report.bounced', { ...mail, providerEvent: 'event-1', status: 'bounced' }, own),
  },
  {
    title: 'a report whose delivery is not confirmed',
    finding: ['delivery_unconfirmed', `recipient:${person(5)}`, 'report-delivery'],
    before: requested,
    shows: (told) => {
      const { provider: _provider, ...failed } = mail;
      return told.tell('report.failed', { ...failed, outcome: 'unconfirmed', detail: 'lost' }, own);
    },
  },
  {
    title: 'a review that nobody acknowledged',
    finding: ['control_unmet', 'review:daily-2026-11-02', 'reviews-acknowledged'],
    ...atInstant(2 * day, (told) =>
      told.tell(
        'review.completed',
        {
          review: 'daily-2026-11-02',
          cadence: 'daily',
          period: '2026-11-02',
          digest: 'b'.repeat(64),
          dueAt: instantOf(start + 2 * day),
        },
        own,
      ),
    ),
  },
  {
    title: 'a log whose store is not what was logged',
    finding: ['verification_failed', 'tenant:log'],
    shows: (told) =>
      told.tell('integrity.checked', { outcome: 'failed', size: 1, failed: 1, parts: ['entries'] }, own),
  },
];

it.each(rows)('$title is a finding, and was none before', async ({ finding, before, shows }) => {
  const told = newTold();
  await before?.(told);
  const { id } = await told.finding(...finding).catch(() => ({ id: null }));
  expect(id).toBeNull();
  const shown = await shows(told);
  const found = await told.finding(...finding);
  expect(found).toMatchObject({ state: 'open', count: 1, openedAt: instantOf(told.now()) });
  if (shown !== null) expect(found.evidenceIds).toEqual([shown]);
});

it('an accepted risk whose acceptance expired is the same finding again, open as of then', async () => {
  const told = newTold();
  await told.tell('decision.recorded', command({ decision: 'allow', ran: true }));
  const { id } = await told.finding('control_unmet', 'agent:builder', 'destructive-commands');
  const about = { finding: id.slice(findingId('').length), reason: 'because', owner: person(8) };
  const expiresAt = instantOf(start + 5 * day);
  const ask = { ...about, actor: person(1), change: 'acceptance' as const, expiresAt };
  const request = await told.tell('finding.requested', ask, own);
  const agree = { ...about, actor: person(2), request, requestedBy: person(1), expiresAt };
  await told.tell('finding.accepted', agree, own);
  await told.passTo(start + 5 * day - 1);
  const state = async () =>
    (await told.finding('control_unmet', 'agent:builder', 'destructive-commands')).state;
  expect(await state()).toBe('accepted');
  await told.passTo(start + 5 * day + hour);
  expect(await told.finding('control_unmet', 'agent:builder', 'destructive-commands')).toMatchObject({
    state: 'open',
    openedAt: expiresAt,
    firstSeen: instantOf(start),
  });
});
