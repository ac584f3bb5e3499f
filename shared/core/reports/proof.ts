import { isEvidenceOf, type Evidence } from '../../../schemas/evidence.js';
import type { EventData, EventName } from '../../../schemas/events/types.js';
import type { Cell } from '../../../schemas/report-blocks.js';
import { at, link, unknownCell, type Refs } from './text.js';

/** An event that stands in the log before the report's position. */
export type Proof = { evidence: Evidence; position: number };

/** Newest first. */
export type Proofs = readonly Proof[];

export const timeOf = ({ evidence }: Proof): string => evidence.event.time;
const isLive = ({ evidence }: Proof): boolean => evidence.admission.provenance === 'live';

/** The events of one type, with what they say. */
export function ofType<N extends EventName>(proofs: Proofs, name: N): { proof: Proof; data: EventData<N> }[] {
  return proofs.flatMap((proof) => {
    const { evidence } = proof;
    return isEvidenceOf(evidence, name) ? [{ proof, data: evidence.event.data }] : [];
  });
}

/** Whether a proof counts: in a live tenant only live evidence does. */
export const counts = (proof: Proof, sample: boolean): boolean => sample || isLive(proof);

/** When and by which evidence, as two cells; or that nothing was observed. */
export const proofCells = (proof: Proof | undefined, refs: Refs, none: string): [Cell, Cell] =>
  proof
    ? [at(timeOf(proof)), link(refs.evidence(proof.evidence.id))]
    : [unknownCell('no_evidence', none), unknownCell('no_evidence', 'none')];
