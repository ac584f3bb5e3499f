import type { EvidenceEvent } from '../../../../schemas/evidence.js';
import { millisOf } from '../../kernel/time.js';
import type { Control } from '../../posture/control.js';
import type { ProofName } from '../../projections/facts.js';
import { isTrusted } from '../../projections/items.js';
import {
  archivePassed,
  deploymentPassed,
  exercisePassed,
  isSound,
  packetPassed,
  passed,
} from '../../projections/operations.js';
import { within } from '../kpis/spans.js';
import { ofType, timeOf, type Proof, type Proofs } from '../proof.js';
import type { TestedItem, TestInput } from './input.js';

/* Populations of controls over the operation itself: each proof, closing of an incident and review of the period is one item. */

/** One event as an item of a control's population. */
export const item = (
  control: Control,
  { evidence, position }: Proof,
  met: boolean,
  found: string,
): TestedItem => ({
  control: control.id,
  id: evidence.id,
  time: evidence.event.time,
  position,
  digest: evidence.digest,
  met,
  expected: control.demand,
  found,
});

/** Proofs of one kind: only a trusted source, or the service, can prove. */
export const proofItems = (control: Control, of: ProofName, proofs: Proofs): TestedItem[] =>
  proofs
    .filter(({ evidence }) => evidence.event.type === `aispm.${of}`)
    .map((proof) => {
      const { event, admission } = proof.evidence;
      const holds = hasPassed(event);
      const trusted = admission.sourceId === 'aispm' || isTrusted(proof.evidence);
      const found = holds ? (trusted ? 'passed' : 'passed, not told by a trusted source') : 'failed';
      return item(control, proof, holds && trusted, found);
    });

function hasPassed(event: EvidenceEvent): boolean {
  switch (event.type) {
    case 'aispm.deployment.validated':
      return deploymentPassed(event.data);
    case 'aispm.workflow.exercised':
      return exercisePassed(event.data);
    case 'aispm.archive.closed':
      return archivePassed(event.data);
    case 'aispm.packet.submitted':
      return packetPassed(event.data);
    case 'aispm.connector.validated':
    case 'aispm.isolation.tested':
    case 'aispm.delivery.validated':
    case 'aispm.drill.recorded':
    case 'aispm.archive.verified':
    case 'aispm.integrity.checked':
      return passed(event.data);
    default:
      return false;
  }
}

export const closingItems = (control: Control, proofs: Proofs): TestedItem[] =>
  ofType(proofs, 'incident.closed').map(({ proof, data }) => {
    const sound = isSound(data);
    return item(
      control,
      proof,
      sound,
      `${data.outcome.replace('_', ' ')}, ${sound ? 'with' : 'without'} all that it takes`,
    );
  });

/** Reviews whose due date fell in the period, up to the as-of. */
export function reviewItems(control: Control, { proofs, window, posture }: TestInput): TestedItem[] {
  const acknowledged = ofType(proofs, 'review.acknowledged');
  return ofType(proofs, 'review.completed').flatMap(({ proof, data }) => {
    const due = millisOf(data.dueAt);
    if (!within(data.dueAt, window) || due > millisOf(posture.asOf)) return [];
    const inTime = acknowledged.some(
      (one) => one.data.review === data.review && millisOf(timeOf(one.proof)) <= due,
    );
    return [item(control, proof, inTime, inTime ? 'acknowledged in time' : 'not acknowledged in time')];
  });
}
