import type { EventName } from '../../../../schemas/events/types.js';
import type { ReportInput } from '../input.js';
import { counts, ofType, type Proof, type Proofs } from '../proof.js';

type Lab = { id: string; title: string; leaves: string; types: readonly EventName[] };

/** The labs of a trial: data. A lab is proven when evidence of each of its types stands in the log. */
export const labs: readonly Lab[] = [
  {
    id: 'connect_a_source',
    title: 'Connect a source',
    leaves: 'a change of the trust roots',
    types: ['tenant.configured'],
  },
  {
    id: 'declare_the_inventory',
    title: 'Declare what is governed',
    leaves: 'an inventory',
    types: ['inventory.declared'],
  },
  {
    id: 'publish_a_policy',
    title: 'Publish a policy',
    leaves: 'a policy version',
    types: ['policy.published'],
  },
  { id: 'have_an_agent_act', title: 'Have an agent act', leaves: 'a decision', types: ['decision.recorded'] },
  {
    id: 'look_up_a_tool',
    title: 'Look up a tool',
    leaves: 'a check of the registry',
    types: ['registry.checked'],
  },
  {
    id: 'route_an_approval',
    title: 'Ask for an approval and decide on it',
    leaves: 'a request and a decision',
    types: ['approval.requested', 'approval.decided'],
  },
  {
    id: 'deliver_a_report',
    title: 'Have a report delivered',
    leaves: 'the provider’s word',
    types: ['report.delivered'],
  },
  { id: 'ask_the_gate', title: 'Ask the gate', leaves: 'a recorded decision', types: ['readiness.decided'] },
];

export type LabRow = Lab & { proof: Proof | undefined; proven: boolean };

export function labRows({ proofs, posture }: Pick<ReportInput, 'posture'> & { proofs: Proofs }): LabRow[] {
  return labs.map((lab) => {
    const found = lab.types.map((type) =>
      ofType(proofs, type).find(({ proof }) => counts(proof, posture.sample)),
    );
    return { ...lab, proof: found.at(-1)?.proof, proven: found.every((one) => one !== undefined) };
  });
}
