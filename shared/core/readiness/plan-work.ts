import type { EventName } from '../../../schemas/events/types.js';
import type { BlockerId } from '../../../schemas/readiness.js';
import { archiveSignOffs, type SignOffName } from '../../../schemas/sign-offs.js';
import { signOffOwners } from '../reviews/owners.js';
import { elements } from './validators/workflow.js';

/* What is to be done about what stands in the way: data. */

type Leaves = { leaves: readonly EventName[] };
/** Action and owner where they are others than the blocker's. */
export type Work = Leaves & { action?: string; owner?: string };

/** Blockers in the order of work, what others build on first, with the events that show that it was done. */
const ofBlocker: Readonly<Record<BlockerId, Leaves & { rank: number }>> = {
  log_integrity_broken: { rank: 1, leaves: ['integrity.checked'] },
  trial_access_not_approved: { rank: 2, leaves: ['tenant.configured'] },
  insufficient_evidence: { rank: 3, leaves: ['inventory.declared', 'decision.recorded'] },
  evidence_stale: { rank: 4, leaves: ['inventory.declared', 'decision.recorded'] },
  missing_live_connector_evidence: { rank: 5, leaves: ['connector.validated'] },
  critical_control_unmet: { rank: 6, leaves: ['decision.recorded', 'policy.published'] },
  critical_finding_open: { rank: 7, leaves: ['decision.recorded', 'finding.accepted'] },
  high_finding_overdue: { rank: 8, leaves: ['decision.recorded', 'finding.accepted'] },
  labs_incomplete: { rank: 9, leaves: [] },
  delivery_unconfirmed: { rank: 10, leaves: ['report.delivered'] },
  report_delivery_unverified: { rank: 11, leaves: ['report.delivered', 'delivery.validated'] },
  pilot_scope_missing: { rank: 12, leaves: ['pilot.proposed'] },
  tenant_isolation_not_proven: { rank: 13, leaves: ['isolation.tested'] },
  deployment_not_validated: { rank: 14, leaves: ['deployment.validated'] },
  runtime_workflow_synthetic_only: { rank: 15, leaves: ['workflow.exercised'] },
  ga_archive_not_closed: { rank: 16, leaves: ['archive.closed'] },
  rehearsal_environment: { rank: 18, leaves: [] },
};
/** A tenant's own checks come when all else is done, before the last: deciding in production. */
const added: Leaves & { rank: number } = { rank: 17, leaves: [] };

/** The work on a blocker, by its id. */
export const workOf = (id: string): Leaves & { rank: number } =>
  Object.entries(ofBlocker).find(([name]) => name === id)?.[1] ?? added;

const signOff = (name: SignOffName): Leaves & { action: string; owner: string } => ({
  action: `Sign off ${name.replaceAll('_', ' ')} for the quarter, and close its archive then.`,
  owner: signOffOwners[name],
  leaves: ['signoff.recorded', 'archive.closed'],
});

/** Checks of a validator that take other work than their blocker says, or leave more. */
const ofCheck: Readonly<Record<string, Work>> = {
  tenant_configured: {
    action: 'Register a source that signs, a recipient of reports, and two people who can approve.',
    owner: 'admin',
    leaves: ['tenant.configured'],
  },
  connector_live: {
    action: 'Register a source that signs, and have it return a nonce.',
    owner: 'admin',
    leaves: ['tenant.configured', 'connector.validated'],
  },
  ...Object.fromEntries(
    ['release_deployed', 'identity', 'key_custody', 'telemetry'].map((name) => [
      name,
      {
        action:
          'Have the deployment pipeline look at what runs and post it for this release: aispm deployment.',
        leaves: ['deployment.validated'] as const,
      },
    ]),
  ),
  recipients_set: {
    action: 'Set who gets reports.',
    owner: 'admin',
    leaves: ['tenant.configured'],
  },
  session_live: { leaves: ['session.recorded', 'workflow.exercised'] },
  ...Object.fromEntries(
    elements.map(({ name }) => [name, { leaves: ['decision.recorded', 'workflow.exercised'] }]),
  ),
  archive_verified: {
    action:
      'Issue the packets: the stored archive is then held against its record. Where it does not verify, close another.',
    owner: 'auditor',
    leaves: ['archive.verified'],
  },
  ...Object.fromEntries(archiveSignOffs.map((name) => [`signed_off_${name}`, signOff(name)])),
  submitted_packet: {
    action: 'Do what the packet from outside says, and have its validator submit another.',
    owner: 'release owner',
    leaves: ['packet.submitted'],
  },
};

/** Events by which something is proven of a build. */
const proofsOfABuild: readonly EventName[] = [
  'connector.validated',
  'isolation.tested',
  'delivery.validated',
  'deployment.validated',
  'workflow.exercised',
];

/** What is to be done, in words; for a build, that its evidence has to name it where it is the kind that does. */
export const actionFor = (action: string, { leaves }: Leaves, digest: string | null): string =>
  digest !== null && leaves.some((name) => proofsOfABuild.includes(name))
    ? `${action} The evidence must name the build that is released, SHA-256 ${digest}: it has to run here by then.`
    : action;

/** The work on a check, by its name, where it is not just that on its blocker. */
export const workOfCheck = (name: string): Work | undefined =>
  Object.hasOwn(ofCheck, name) ? ofCheck[name] : undefined;
