import type { LedgerDocument } from '../projections/documents.js';
import { findingId } from '../projections/keys.js';
import { controlById } from './catalogue.js';
import { fellPrefix, subjectOf } from './judged.js';

/*
 * Documents as what can be said of them, word by word, so that the difference of two states is a list of changes of such
 * words, and applying the list to the one gives the other.
 */

export type Aspects = Readonly<Record<string, string>>;
export type AspectChange = {
  subject: string;
  aspect: string;
  from: string | null;
  to: string | null;
  words: string;
};

/** What a document is about; null where posture says nothing of it. */
export function aboutOf(document: LedgerDocument): string | null {
  switch (document.kind) {
    case 'item':
    case 'approval':
    case 'exception':
      return subjectOf(document);
    case 'finding':
      return `finding:${document.id.slice(findingId('').length)}`;
    case 'report':
      return `report:${document.name}`;
    case 'config':
      return 'tenant:configuration';
    case 'delivery':
    case 'recipient':
    case 'head':
    case 'journey':
    case 'session':
    case 'references':
    case 'summary':
    case 'day':
    case 'day-clock':
      return null;
  }
}

/** The state of the control tells its fall already. */
const isWord = (label: string): boolean => !label.startsWith(fellPrefix);

/** What is said of a document now. */
export function aspectsOf(document: LedgerDocument): Aspects {
  switch (document.kind) {
    case 'item':
      return { ...statesOf(document.states), ...named('is', document.labels.filter(isWord)) };
    case 'approval':
      return {
        status: document.status,
        ...(document.breakGlass === undefined ? {} : { 'break-glass': document.breakGlass }),
        ...statesOf(document.states),
      };
    case 'exception':
      return {
        status: document.status,
        ...statesOf(document.states),
        ...flag('expiring', document.expiring),
      };
    case 'finding':
      return {
        status: document.state,
        severity: document.severity,
        due: document.dueOn,
        ...flag('overdue', document.overdue),
        ...(document.owner === undefined ? {} : { owner: document.owner }),
      };
    case 'report':
      return {
        status: document.status,
        ...Object.fromEntries(
          Object.entries(document.deliveries).map(([operation, { status }]) => [`mail:${operation}`, status]),
        ),
      };
    case 'config':
      return {
        catalogue: document.catalogue,
        settings: `revision ${document.revision}`,
        ...Object.fromEntries(
          Object.entries(document.policies).map(([key, { mode }]) => [`policy:${key}`, mode]),
        ),
        ...Object.fromEntries(
          Object.entries(document.overrides).map(([id, { id: by }]) => [`override:${id}`, by]),
        ),
      };
    case 'delivery':
    case 'recipient':
    case 'head':
    case 'journey':
    case 'session':
    case 'references':
    case 'summary':
    case 'day':
    case 'day-clock':
      return {};
  }
}

const statesOf = (states: Readonly<Record<string, { state: string }>>): Aspects =>
  Object.fromEntries(Object.entries(states).map(([id, { state }]) => [`control:${id}`, state]));
const named = (prefix: string, words: readonly string[]): Aspects =>
  Object.fromEntries(words.map((word) => [`${prefix}:${word}`, 'yes']));
const flag = (name: string, holds: boolean | undefined): Aspects => (holds === true ? { [name]: 'yes' } : {});

/** What changed of one document, in the order of the aspects' names. */
export function changesOf(before: LedgerDocument | null, after: LedgerDocument | null): AspectChange[] {
  const document = after ?? before;
  const subject = document && aboutOf(document);
  if (document === null || subject === null) return [];
  const was = before === null ? {} : aspectsOf(before);
  const is = after === null ? {} : aspectsOf(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names.flatMap((aspect) => {
    const [from, to] = [was[aspect] ?? null, is[aspect] ?? null];
    if (from === to) return [];
    return [{ subject, aspect, from, to, words: wordsOf(document, subject, aspect, from, to) }];
  });
}

function wordsOf(
  document: LedgerDocument,
  subject: string,
  aspect: string,
  from: string | null,
  to: string | null,
): string {
  const [kind = '', ...rest] = aspect.split(':');
  const name = rest.join(':');
  const about = document.kind === 'finding' ? `finding “${document.detail}” on ${document.subject}` : subject;
  const now = to === null ? 'no more' : to.replaceAll('_', ' ');
  const was = from === null ? '' : `, was ${from.replaceAll('_', ' ')}`;
  switch (kind) {
    case 'control':
      return `${about}: ${controlById.get(name)?.title ?? name} is ${to === null ? 'not judged any more' : now}${was}`;
    case 'is':
      return `${about} is ${to === null ? 'no longer ' : ''}${name.replaceAll('_', ' ')}`;
    case 'owner':
      return `${about} has ${to === null ? 'no owner any more' : from === null ? 'an owner' : 'another owner'}`;
    case 'policy':
      return to === null ? `policy ${name} is kept no more` : `policy ${name} is published to ${now}`;
    case 'override':
      return `${controlById.get(name)?.title ?? name} is ${to === null ? 'no longer overridden' : 'overridden'}`;
    default:
      return `${about}: ${[kind, name].filter((part) => part !== '').join(' ')} is ${now}${was}`;
  }
}
