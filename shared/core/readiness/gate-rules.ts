import type { Packet } from '../../../schemas/packets.js';
import type { Posture } from '../../../schemas/posture.js';
import type { TenantCheck } from '../../../schemas/readiness-settings.js';
import type { BlockerId, ReadinessTarget } from '../../../schemas/readiness.js';
import type { Journey } from '../projections/journey.js';
import { labsOpen, noAccess, noPilot } from './journey-rules.js';
import { notShown } from './packet-rules.js';
import {
  criticalControls,
  deliveryUnverified,
  insufficientEvidence,
  openCriticals,
  positive,
  staleEvidence,
} from './posture-rules.js';

/** What the gate looks at, all of it from the log and the environment, none of it from a form. */
export type GateFacts = {
  posture: Posture;
  /** What the validators found. One that is not here found nothing. */
  packets: readonly Packet[];
  journey: Journey;
  logVerified: boolean;
  rehearsal: boolean;
  /** Checks that the tenant adds to those of the gate. */
  added: readonly TenantCheck[];
  /** Evidence that shows a blocker, where one document does. */
  evidenceIds: Partial<Record<BlockerId, string[]>>;
};

export type Rule = {
  id: BlockerId;
  targets: readonly ReadinessTarget[];
  blocks: (facts: GateFacts, target: ReadinessTarget) => string | null;
};

const trial: readonly ReadinessTarget[] = ['trial'];
const pilot: readonly ReadinessTarget[] = ['pilot'];
const all: readonly ReadinessTarget[] = ['trial', 'pilot', 'production'];
const fromPilot: readonly ReadinessTarget[] = ['pilot', 'production'];
const production: readonly ReadinessTarget[] = ['production'];

/** Every rule, in the order blockers are listed. A rule says what it found, or null; unknown is never null. */
export const rules: readonly Rule[] = [
  {
    id: 'log_integrity_broken',
    targets: all,
    blocks: (f) =>
      f.logVerified && f.posture.layers.evidence.unfoldable === 0 ? null : 'the log did not verify',
  },
  {
    id: 'insufficient_evidence',
    targets: all,
    blocks: ({ posture }, target) => insufficientEvidence(posture, target),
  },
  {
    id: 'critical_finding_open',
    targets: fromPilot,
    blocks: ({ posture }) => openCriticals(posture.layers.findings),
  },
  {
    id: 'high_finding_overdue',
    targets: fromPilot,
    blocks: ({ posture }) =>
      positive(posture.layers.findings.overdue.high, 'high finding overdue', 'high findings overdue'),
  },
  { id: 'critical_control_unmet', targets: fromPilot, blocks: criticalControls },
  { id: 'evidence_stale', targets: fromPilot, blocks: ({ posture }) => staleEvidence(posture) },
  {
    id: 'report_delivery_unverified',
    targets: all,
    blocks: ({ posture, packets }, target) =>
      deliveryUnverified(posture) ??
      (target === 'production' ? notShown('report_delivery_unverified', packets) : null),
  },
  {
    id: 'delivery_unconfirmed',
    targets: fromPilot,
    blocks: ({ posture }) =>
      positive(posture.layers.reports.unconfirmed, 'delivery unconfirmed', 'deliveries unconfirmed'),
  },
  {
    id: 'tenant_isolation_not_proven',
    targets: fromPilot,
    blocks: ({ packets }) => notShown('tenant_isolation_not_proven', packets),
  },
  {
    id: 'missing_live_connector_evidence',
    targets: production,
    blocks: ({ packets }) => notShown('missing_live_connector_evidence', packets),
  },
  {
    id: 'runtime_workflow_synthetic_only',
    targets: production,
    blocks: ({ packets }) => notShown('runtime_workflow_synthetic_only', packets),
  },
  {
    id: 'deployment_not_validated',
    targets: production,
    blocks: ({ packets }) => notShown('deployment_not_validated', packets),
  },
  {
    id: 'ga_archive_not_closed',
    targets: production,
    blocks: ({ packets }) => notShown('ga_archive_not_closed', packets),
  },
  {
    id: 'trial_access_not_approved',
    targets: trial,
    blocks: ({ journey, posture }) => noAccess(journey, 'trial', posture.asOf),
  },
  { id: 'labs_incomplete', targets: trial, blocks: ({ journey }) => labsOpen(journey) },
  {
    id: 'pilot_scope_missing',
    targets: pilot,
    blocks: ({ journey, posture }) => noPilot(journey, posture.asOf),
  },
  {
    id: 'rehearsal_environment',
    targets: all,
    blocks: (f) => (f.rehearsal ? 'the environment is a rehearsal' : null),
  },
];
