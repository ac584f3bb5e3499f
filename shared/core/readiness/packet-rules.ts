import type { Packet, PacketCheck, Validator } from '../../../schemas/packets.js';
import type { BlockerId, ReadinessTarget } from '../../../schemas/readiness.js';

const deployment = 'production_deployment_runtime';

/** Which checks of which validator a blocker rests on: a connector's has its own name behind a colon; none named is all. */
const rests: Partial<Record<BlockerId, { validator: Validator; names?: readonly string[] }>> = {
  tenant_isolation_not_proven: { validator: deployment, names: ['isolation_proven'] },
  missing_live_connector_evidence: { validator: deployment, names: ['connector_live'] },
  deployment_not_validated: {
    validator: deployment,
    names: [
      'tenant_configured',
      'release_deployed',
      'identity',
      'key_custody',
      'telemetry',
      'submitted_packet',
    ],
  },
  runtime_workflow_synthetic_only: { validator: 'runtime_workflow' },
  ga_archive_not_closed: { validator: 'ga_operating_archive' },
  report_delivery_unverified: { validator: 'report_delivery_production' },
};

/** The packets that a target rests on: before production that of the deployment alone, for its proofs of isolation. */
export const restsOn = (target: ReadinessTarget, packets: readonly Packet[]): readonly Packet[] =>
  target === 'production' ? packets : packets.filter(({ validator }) => validator === deployment);

/** The checks of the packets that a blocker rests on; none for one that rests on posture alone. */
export function checksBehind(id: string, packets: readonly Packet[]): PacketCheck[] {
  const on = Object.entries(rests).find(([name]) => name === id)?.[1];
  const found = packets.find(({ validator }) => validator === on?.validator)?.checks ?? [];
  const { names } = on ?? {};
  return names === undefined
    ? found
    : found.filter(({ name }) => names.includes(name.split(':', 1)[0] ?? ''));
}

/** Those of them that do not pass. */
export const failingBehind = (id: string, packets: readonly Packet[]): PacketCheck[] =>
  checksBehind(id, packets).filter(({ status }) => status !== 'pass');

/** What stands in the way among them: each that does not pass, or that nothing was looked for at all. */
export function notShown(id: string, packets: readonly Packet[]): string | null {
  if (checksBehind(id, packets).length === 0) return 'nothing was looked for';
  const failing = failingBehind(id, packets);
  return failing.length === 0 ? null : failing.map(({ name, message }) => `${name}: ${message}`).join('; ');
}
