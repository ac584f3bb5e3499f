import type { EventData } from '../../../schemas/events/types.js';
import { archiveSignOffs } from '../../../schemas/sign-offs.js';
import type { Item, OperationKind } from './documents.js';
import type { ProofName, Stamp } from './facts.js';
import { emptyItem } from './items.js';
import { itemId } from './keys.js';
import { isLater, utc, withLatest } from './stamps.js';
import type { Workspace } from './workspace.js';

/** What events say about the operation: proofs, incidents, reviews. Nothing is judged here. */

export function loadOperation(
  workspace: Workspace,
  kind: Exclude<OperationKind, 'tenant'>,
  name: string,
): Item {
  const id = itemId(kind, name);
  return workspace.find('item', id) ?? emptyItem(id, kind, name);
}

/**
 * The latest proof of a kind. Only a trusted signer, or the service, can prove; that something failed counts whoever of
 * the registered sources says it.
 */
export function withProof(item: Item, of: ProofName, stamp: Stamp, passed: boolean, trusted: boolean): Item {
  if ((passed && !trusted) || !isLater(stamp, item.proofs?.[of])) return item;
  return { ...item, proofs: { ...item.proofs, [of]: { ...stamp, passed } } };
}

type PassOrFail =
  | 'connector.validated'
  | 'isolation.tested'
  | 'integrity.checked'
  | 'delivery.validated'
  | 'drill.recorded'
  | 'archive.verified';
export const passed = ({ outcome }: EventData<PassOrFail>): boolean => outcome === 'passed';

/** A validation that reports a blocker has not passed, whatever it says of itself. */
export const deploymentPassed = ({ outcome, checks }: EventData<'deployment.validated'>): boolean =>
  outcome === 'passed' && checks.every((check) => check.status !== 'blocker');

export const exercisePassed = ({ elements }: EventData<'workflow.exercised'>): boolean =>
  elements.every(({ evidenceIds }) => evidenceIds.length > 0);

export const archivePassed = ({ signOffs }: EventData<'archive.closed'>): boolean =>
  archiveSignOffs.every((needed) => signOffs.some(({ name }) => name === needed));

/** Of three quarters all that can be given. */
const keptSignOffs = 33;
export const signOffKey = (period: string, name: string): string => `${period}/${name}`;

export function withSignOff(
  item: Item,
  { period, signOff }: EventData<'signoff.recorded'>,
  stamp: Stamp,
): Item {
  const { time, id } = stamp;
  return {
    ...item,
    signOffs: withLatest(item.signOffs ?? {}, signOffKey(period, signOff), { time, id }, keptSignOffs),
  };
}

/** A check without evidence under it is an opinion. */
export const packetPassed = ({ checks }: EventData<'packet.submitted'>): boolean =>
  checks.length > 0 &&
  checks.every(({ status, evidenceIds }) => status !== 'blocker' && evidenceIds.length > 0);

export function withIncidentOpened(item: Item, data: EventData<'incident.opened'>, stamp: Stamp): Item {
  if (!isLater(stamp, item.incident?.opened)) return item;
  return { ...item, incident: { ...item.incident, opened: { ...stamp, severity: data.severity } } };
}

export function withIncidentClosed(item: Item, data: EventData<'incident.closed'>, stamp: Stamp): Item {
  if (!isLater(stamp, item.incident?.closed)) return item;
  return { ...item, incident: { ...item.incident, closed: { ...stamp, sound: isSound(data) } } };
}

/** A false alarm takes an approver; an incident also what was wrong, evidence that it was mended, and what was learned. */
export function isSound({
  outcome,
  approvedBy,
  rootCause,
  remediation,
  lessons,
}: EventData<'incident.closed'>): boolean {
  if (approvedBy === undefined) return false;
  if (outcome === 'false_positive') return true;
  const mended = remediation?.some(({ evidenceId }) => evidenceId !== undefined) === true;
  return mended && rootCause !== undefined && (lessons?.length ?? 0) > 0;
}

export function withReviewCompleted(item: Item, data: EventData<'review.completed'>, stamp: Stamp): Item {
  if (!isLater(stamp, item.review?.completed)) return item;
  return { ...item, review: { ...item.review, completed: { ...stamp, dueAt: utc(data.dueAt) } } };
}

/** The first acknowledgement stands. */
export function withReviewAcknowledged(item: Item, stamp: Stamp): Item {
  const { acknowledged } = item.review ?? {};
  if (acknowledged && isLater(stamp, acknowledged)) return item;
  return { ...item, review: { ...item.review, acknowledged: stamp } };
}
