import type { EventData, EventName } from '../../schemas/events/types.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import { person, start } from './told.js';

/* Events about the operation, for its tests. */

export const digest = 'd'.repeat(64);
export const evidenceIds = ['a'.repeat(64)];
export const own = { sourceId: 'aispm', signed: false };
export type Told = { name: EventName; data: unknown; options?: { sourceId?: string; signed?: boolean } };
export const tell = <N extends EventName>(
  name: N,
  data: EventData<N>,
  options: Told['options'] = {},
): Told => ({
  name,
  data,
  options,
});
export const check = (status: 'pass' | 'blocker', ids = evidenceIds) => ({
  name: 'log',
  status,
  message: 'verified',
  evidenceIds: ids,
});
export const connector = (outcome: 'passed' | 'failed') =>
  tell(
    'connector.validated',
    { connector: 'codex', outcome, nonceDigest: digest, issuedAt: instantOf(start) },
    own,
  );
export const isolation = (outcome: 'passed' | 'failed') =>
  tell(
    'isolation.tested',
    {
      deployment: 'd1',
      outcome,
      attempts: [{ proof: 'point read', request: 'GET', status: 404, passed: outcome === 'passed' }],
    },
    own,
  );
export const deployment = (status: 'pass' | 'blocker', options: Told['options'] = {}) =>
  tell(
    'deployment.validated',
    { deployment: 'd1', release: '1.0.0', digest, outcome: 'passed', checks: [check(status)] },
    options,
  );
export const exercise = (ids: string[]) =>
  tell('workflow.exercised', {
    exercise: 'x1',
    session: 's1',
    elements: [{ element: 'approval', evidenceIds: ids }],
  });
export const archive = (signOffs: EventData<'archive.closed'>['signOffs']) =>
  tell('archive.closed', { archive: 'q4', periodEnd: instantOf(start), digest, signOffs });
export const drill = (outcome: 'passed' | 'failed') =>
  tell('drill.recorded', {
    drill: 'restore',
    startedAt: instantOf(start - hour),
    endedAt: instantOf(start),
    outcome,
  });
export const packet = (...checks: EventData<'packet.submitted'>['checks']) =>
  tell('packet.submitted', { packet: 'p1', validator: 'customer', target: 'production', digest, checks });
export const opened = tell('incident.opened', { incident: 'i1', title: 'Planted key', severity: 'critical' });
export const sound: EventData<'incident.closed'> = {
  incident: 'i1',
  outcome: 'closed',
  rootCause: 'a stale key',
  remediation: [{ action: 'revoked it', evidenceId: 'b'.repeat(64) }],
  approvedBy: person(2),
  lessons: ['rotate monthly'],
};
export const without = (member: keyof EventData<'incident.closed'>) => {
  const { [member]: _left, ...rest } = sound;
  return tell('incident.closed', rest as EventData<'incident.closed'>);
};
export const review = tell(
  'review.completed',
  {
    review: 'daily-2026-11-01',
    cadence: 'daily',
    period: '2026-11-01',
    digest,
    dueAt: instantOf(start + day),
  },
  own,
);
export const acknowledged = tell(
  'review.acknowledged',
  { review: 'daily-2026-11-01', actor: person(1), notes: 'read' },
  own,
);
