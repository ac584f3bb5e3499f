import type { EventName } from '../../../../schemas/events/types.js';
import type { ReportInput } from '../input.js';
import { counts, ofType, type Proof, type Proofs } from '../proof.js';

type Lab = { title: string; leaves: string; types: readonly EventName[] };

/** The labs of a trial: data. A lab is proven when evidence of each of its types stands in the log. */
export const labs: readonly Lab[] = [
  { title: 'Connect a source', leaves: 'a change of the trust roots', types: ['tenant.configured'] },
  { title: 'Declare what is governed', leaves: 'an inventory', types: ['inventory.declared'] },
  { title: 'Publish a policy', leaves: 'a policy version', types: ['policy.published'] },
  { title: 'Have an agent act', leaves: 'a decision', types: ['decision.recorded'] },
  { title: 'Look up a tool', leaves: 'a check of the registry', types: ['registry.checked'] },
  {
    title: 'Ask for an approval and decide on it',
    leaves: 'a request and a decision',
    types: ['approval.requested', 'approval.decided'],
  },
  { title: 'Have a report delivered', leaves: 'the provider’s word', types: ['report.delivered'] },
  { title: 'Ask the gate', leaves: 'a recorded decision', types: ['readiness.decided'] },
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
