import type { Packet, PacketCheck, Validator } from '../../../../schemas/packets.js';
import { canonicalBytes } from '../../kernel/canonical.js';
import { sha256Hex } from '../../kernel/hash.js';
import { day, instantOf, millisOf } from '../../kernel/time.js';
import { validateArchive } from './archive.js';
import { validateDelivery } from './delivery.js';
import { validateDeployment } from './deployment.js';
import { digestAsked, windowDays, type ValidatorFacts } from './facts.js';
import { submittedCheck } from './submitted.js';
import { validateWorkflow } from './workflow.js';

const validators: Readonly<Record<Validator, (facts: ValidatorFacts) => PacketCheck[]>> = {
  ga_operating_archive: validateArchive,
  production_deployment_runtime: validateDeployment,
  report_delivery_production: validateDelivery,
  runtime_workflow: validateWorkflow,
};

/** Every validator, in the order packets are listed. */
export const allValidators = Object.keys(validators) as readonly Validator[];

/** Live only where every proof it rests on is: one that is not makes the packet a sample's. */
function modeOf(validator: Validator, facts: ValidatorFacts): Packet['evidence_mode'] {
  const proofs = {
    ga_operating_archive: [facts.archive?.closed],
    production_deployment_runtime: [facts.deployment, ...facts.connectors.map((c) => c.validated)],
    report_delivery_production: [],
    runtime_workflow: [facts.exercise?.exercised],
  }[validator].filter((proof) => proof != null);
  if (validator === 'report_delivery_production') return facts.delivery.validated === null ? 'none' : 'live';
  if (proofs.length === 0) return 'none';
  return proofs.every(({ trusted }) => trusted) ? 'live' : 'sample';
}

/** The packet of one validator at a position of the log. Pure: same facts, same bytes. Unsigned. */
export function packetOf(
  validator: Validator,
  facts: ValidatorFacts,
  { tenantId, position }: { tenantId: string; position: number },
): Packet {
  const checks = [...validators[validator](facts), ...submittedCheck(validator, facts)];
  const count = (status: PacketCheck['status']): number => checks.filter((c) => c.status === status).length;
  const mode = modeOf(validator, facts);
  const packet: Omit<Packet, 'digest' | 'signature'> = {
    schema_version: 'aispm.readiness_packet.v1',
    validator,
    tenant_id: tenantId,
    target: 'production',
    release: facts.release?.name ?? null,
    release_digest: digestAsked(facts),
    window: {
      from: instantOf(millisOf(facts.asOf) - windowDays[validator] * day),
      to: instantOf(millisOf(facts.asOf)),
    },
    evidence_mode: mode,
    checks,
    blocker_count: count('blocker'),
    warning_count: count('warn'),
    ready: mode === 'live' && checks.every(({ status }) => status === 'pass'),
    as_of: facts.asOf,
    position,
  };
  return { ...packet, digest: sha256Hex(canonicalBytes(packet)), signature: null };
}
