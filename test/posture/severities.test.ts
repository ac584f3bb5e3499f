import { describe, expect, it } from 'vitest';

import type { Severity } from '../../schemas/primitives.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { severityOfRule, severityOfState } from '../../shared/core/posture/severities.js';
import { command, mail, newTold, person, requested, start } from './told.js';

/* The severity of a finding comes from one table: every rule, opened by what shows it, weighs what the table says. */

const own = { sourceId: 'aispm' } as const;
type Told = ReturnType<typeof newTold>;

const nonce = { nonceDigest: 'a'.repeat(64), issuedAt: instantOf(start) };

const rows: readonly {
  title: string;
  severity: Severity;
  finding: [rule: string, subject: string, control?: string];
  happens: (told: Told) => Promise<unknown>;
}[] = [
  {
    title: 'a connector that failed its validation',
    severity: 'high',
    finding: ['control_unmet', 'connector:runtime', 'connectors-live'],
    happens: (told) =>
      told.tell('connector.validated', { connector: 'runtime', outcome: 'failed', ...nonce }, own),
  },
  {
    title: 'a report that bounced',
    severity: 'medium',
    finding: ['report_undelivered', `recipient:${person(5)}`, 'report-delivery'],
    happens: async (told) => {
      await requested(told);
      await told.tell('report.bounced', { ...mail, providerEvent: 'event-1', status: 'bounced' }, own);
    },
  },
  {
    title: 'a report whose fate nobody knows',
    severity: 'medium',
    finding: ['delivery_unconfirmed', `recipient:${person(5)}`, 'report-delivery'],
    happens: async (told) => {
      await requested(told);
      const { provider: _provider, ...failed } = mail;
      await told.tell('report.failed', { ...failed, outcome: 'unconfirmed', detail: 'lost' }, own);
    },
  },
  {
    title: 'a log whose store is not what was logged',
    severity: 'critical',
    finding: ['verification_failed', 'tenant:log'],
    happens: (told) =>
      told.tell('integrity.checked', { outcome: 'failed', size: 1, failed: 1, parts: ['evidence'] }, own),
  },
  {
    title: 'evidence that can never be folded',
    severity: 'high',
    finding: ['evidence_unfoldable', 'tenant:log'],
    happens: (told) => told.tell('decision.recorded', command(), { unfoldable: 'TypeError' }),
  },
  {
    title: 'a control that evidence shows to be unmet',
    severity: 'critical',
    finding: ['control_unmet', 'agent:builder', 'destructive-commands'],
    happens: (told) => told.tell('decision.recorded', command({ decision: 'allow', ran: true })),
  },
  {
    title: 'a control that is only watched, one lower',
    severity: 'high',
    finding: ['control_unmet', 'agent:builder', 'destructive-commands'],
    happens: (told) => told.tell('decision.recorded', command({ mode: 'shadow' })),
  },
  {
    title: 'proofs that ran out, one lower than the worst of their controls',
    severity: 'high',
    finding: ['evidence_stale', 'agent:builder'],
    happens: async (told) => {
      await told.tell('inventory.declared', {
        items: [{ kind: 'agent', id: 'builder', owner: person(9), surfaces: ['command'] }],
      });
      await told.tell('decision.recorded', command());
      await told.passTo(start + 31 * day + hour);
    },
  },
  {
    title: 'an item nobody has heard from, as the worst of its controls',
    severity: 'critical',
    finding: ['no_evidence', 'agent:builder'],
    happens: (told) =>
      told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] }),
  },
];

describe('the severity of', () => {
  it.each(rows)('$title is $severity', async ({ severity, finding, happens }) => {
    const told = newTold();
    await happens(told);
    expect(await told.finding(...finding)).toMatchObject({ state: 'open', severity });
  });
});

describe('the table', () => {
  it('weighs what is watched or out of date one less than what is missing or broken', () => {
    expect(
      (['blocked', 'missing', 'stale', 'shadowed'] as const).map((state) =>
        severityOfState('destructive-commands', state),
      ),
    ).toEqual(['critical', 'critical', 'high', 'high']);
  });

  it('takes a control that the catalogue no longer has for a high one', () => {
    expect(severityOfState('gone', 'missing')).toBe('high');
  });

  it('gives what speaks for a control that control’s severity', () => {
    expect([severityOfRule('report_undelivered'), severityOfRule('verification_failed')]).toEqual([
      'medium',
      'critical',
    ]);
  });
});
