import type { Evidence } from '../../../schemas/evidence.js';
import { evidenceIdOf } from '../kernel/ids.js';
import { day, instantOf, millisOf } from '../kernel/time.js';
import type { References } from '../projections/references.js';
import { approvalId, referencesId } from '../projections/keys.js';
import { loggedId, type Workspace } from '../projections/workspace.js';

/*
 * References of evidence to evidence. One that leads to an event or an approval in the log resolves; evidence comes in any
 * order, so one that does not is judged again when its time is over, and then for good.
 */

/** How long a reference waits for its target. */
export const referenceWait = day;

/** Members that hold references, or ids of events, wherever they stand in an event's data. */
const holders = new Set(['evidence', 'attestation', 'reference', 'evidenceId', 'evidenceIds']);

/** An event's references, each once; those to an event as `evidence://` and its public id. */
export function referencesOf({ event }: Evidence): string[] {
  const held = new Set<string>();
  collect(event.data, false, held);
  const [found, scheme] = [new Set<string>(), 'evidence://'];
  for (const reference of held) {
    const id = reference.startsWith(scheme) ? reference.slice(scheme.length) : reference;
    if (/^[0-9a-f]{64}$/.test(id)) found.add(scheme + id);
    // A sender knows its own events by the ids it gave them.
    else found.add(id === reference ? reference : scheme + evidenceIdOf(event.source, id));
  }
  return [...found];
}

function collect(value: unknown, held: boolean, into: Set<string>): void {
  if (typeof value === 'string') {
    if (held) into.add(value);
  } else if (Array.isArray(value)) {
    for (const element of value) collect(element, held, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) collect(member, holders.has(name), into);
  }
}

/** Counts the references of an event that came in at `at`, and keeps those whose target is not there yet. */
export function applyReferences(workspace: Workspace, evidence: Evidence, at: string): void {
  const references = referencesOf(evidence);
  for (const reference of references)
    workspace.count(isOurs(reference) ? 'references/internal' : 'references/external');
  if (references.some(isOurs)) workspace.count('references/events');
  const waiting = references.filter((reference) => isOurs(reference) && !resolves(workspace, reference));
  if (waiting.length === 0) return;
  const dueAt = instantOf(millisOf(at) + referenceWait);
  workspace.put({ id: referencesId(evidence.id), kind: 'references', waiting, unresolved: [], dueAt });
}

/** The wait is over: what is there now is there, what is not stays unresolved. */
export function settleReferences(workspace: Workspace, document: References): void {
  const unresolved = document.waiting.filter((reference) => !resolves(workspace, reference));
  workspace.put({
    id: document.id,
    kind: 'references',
    waiting: [],
    unresolved,
    ...(unresolved.length === 0 ? {} : { status: 'unresolved' }),
  });
}

const evidenceScheme = /^evidence:\/\/([0-9a-f]{64})$/;
const approvalScheme = /^approval:\/\/(.+)$/;

/** What looking up an event's references asks of a workspace (NotLoaded). */
export const askedBy = (evidence: Evidence): string[] =>
  referencesOf(evidence).flatMap((reference) => {
    const [, evidenceId] = evidenceScheme.exec(reference) ?? [];
    const [, name] = approvalScheme.exec(reference) ?? [];
    return evidenceId !== undefined ? [loggedId(evidenceId)] : name === undefined ? [] : [approvalId(name)];
  });

/** A reference of another scheme leads outside the log, where nothing can be checked. */
const isOurs = (reference: string): boolean => /^(evidence|approval):/.test(reference);

function resolves(workspace: Workspace, reference: string): boolean {
  const [, evidenceId] = evidenceScheme.exec(reference) ?? [];
  if (evidenceId !== undefined) return workspace.isLogged(evidenceId);
  const [, name] = approvalScheme.exec(reference) ?? [];
  const approval = name === undefined ? null : workspace.find('approval', approvalId(name));
  return approval?.requested !== undefined || approval?.decided !== undefined;
}
