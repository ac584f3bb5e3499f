import type { EventName } from '../../schemas/events/types.js';
import { archiveSignOffs } from '../../schemas/sign-offs.js';
import { isolationProofs } from '../../shared/core/readiness/validators/deployment.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';

/** One event of a made-up month. */
export type Row = [
  name: EventName,
  at: number,
  data: unknown,
  options?: { signed?: boolean; sourceId?: string },
];

/** What shows that the service itself is operated as it should be. */
export const proofs = (at: number): Row[] => {
  const evidenceIds = ['a'.repeat(64)];
  const digest = 'd'.repeat(64);
  const check = { name: 'log', status: 'pass', message: 'verified', evidenceIds };
  const own = { signed: false, sourceId: 'aispm' };
  return [
    [
      'connector.validated',
      at,
      { connector: 'codex', outcome: 'passed', nonceDigest: digest, issuedAt: instantOf(at) },
      own,
    ],
    [
      'isolation.tested',
      at,
      {
        deployment: 'production',
        outcome: 'passed',
        attempts: isolationProofs.map((proof) => ({ proof, request: 'GET', status: 404, passed: true })),
      },
      own,
    ],
    [
      'deployment.validated',
      at,
      { deployment: 'production', release: '1.0.0', digest, outcome: 'passed', checks: [check] },
    ],
    [
      'workflow.exercised',
      at,
      { exercise: 'x-1', session: 's-1', elements: [{ element: 'approval', evidenceIds }] },
    ],
    [
      'archive.closed',
      at,
      {
        archive: 'q3',
        periodEnd: instantOf(at),
        digest,
        signOffs: archiveSignOffs.map((name) => ({ name, reference: 'approval://a-1' })),
      },
    ],
    [
      'drill.recorded',
      at,
      { drill: 'restore', startedAt: instantOf(at - hour), endedAt: instantOf(at), outcome: 'passed' },
    ],
    [
      'packet.submitted',
      at,
      { packet: 'p-1', validator: 'customer', target: 'production', digest, checks: [check] },
    ],
  ];
};
