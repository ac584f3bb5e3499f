import { pseudonymPattern, type Severity } from '../../../schemas/primitives.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import type { Cell } from '../../../schemas/report-blocks.js';
import type { Figure, NotObserved, Ref, Status } from '../../../schemas/report-figures.js';
import { catalogue } from '../posture/catalogue.js';
import type { Finding } from '../projections/documents.js';
import { findingId } from '../projections/keys.js';
import { inert } from './escape.js';
import type { ReportInput } from './input.js';
import { number } from './format.js';

// Words, cells and references that the parts of every report share.

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/**
 * Text of others, fit to print: nothing that acts, pseudonyms short, one line, never empty, at most `max` UTF-16 units,
 * cut between characters.
 */
export function quoted(text: string, max: number): string {
  const line = inert(text)
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .replace(/(psn:[0-9a-f]{8})[0-9a-f]{24}/g, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (line === '') return '(no name)';
  if (line.length <= max) return line;
  let kept = '';
  for (const character of line) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The first of several wordings that fits; the last is cut where none does. */
export const fitting = (max: number, ...wordings: readonly string[]): string =>
  wordings.find((wording) => wording.length <= max) ?? quoted(wordings.at(-1) ?? '', max);

/** `1 finding`, `1,204 findings`. */
export const counted = (n: number, one: string, more = `${one}s`): string =>
  `${number(n)} ${n === 1 ? one : more}`;
/** The verb of a counted subject: `1 check blocks`, `3 checks block`. */
export const verb = (n: number, one: string, more: string): string => (n === 1 ? one : more);
export const isAre = (n: number): string => verb(n, 'is', 'are');
export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Stands where a public-safe report would name somebody or something. */
export const withheld = 'withheld';

/** A person as the report shows one: the beginning of the pseudonym, never a name. */
export function person(pseudonym: string | undefined, none: string): string {
  if (pseudonym === undefined) return none;
  if (pseudonym === withheld) return withheld;
  return pseudonymPattern.test(pseudonym) ? pseudonym.slice(0, 12) : 'recorded, not a pseudonym';
}

/** `agent builder-1` of `agent:builder-1`. */
export function subjectWords(subject: string, max: number): string {
  const colon = subject.indexOf(':');
  if (colon < 0) return quoted(subject, max);
  const kind = subject.slice(0, colon);
  return kind === 'item' || kind === 'tenant'
    ? 'this tenant'
    : quoted(`${kind} ${subject.slice(colon + 1)}`, max);
}

/** `agent builder-1: Secret files protected: missing`. */
export const findingWords = (finding: Finding, max: number): string =>
  quoted(`${subjectWords(finding.subject, 60)}: ${finding.detail}`, max);

const counts = (detail: string): string => counted(detail.split('; ').length, 'control');

/** The same in a headline: what failed, without the list of controls that a silent item fails all at once. */
export function headline(finding: Finding, max: number): string {
  const what =
    finding.rule === 'no_evidence'
      ? `no evidence for ${counts(finding.detail)}`
      : finding.rule === 'evidence_stale'
        ? `evidence ran out for ${counts(finding.detail)}`
        : finding.detail;
  return quoted(`${subjectWords(finding.subject, 50)}: ${what}`, max);
}

export const fingerprint = (finding: Finding): string => finding.id.slice(findingId('').length);

/** Lists of the HTTP contract that figures lead to. */
export type ListName =
  | 'controls'
  | 'controls/drift'
  | 'controls/connectors-live'
  | 'reviews'
  | 'findings'
  | 'evidence'
  | 'reports'
  | 'agents'
  | 'repositories'
  | 'workflows'
  | 'tools'
  | 'approvals'
  | 'exceptions';

/** References of one tenant, each a route of the HTTP contract; a label always leads to one path. Public-safe: none. */
export function refsOf({ tenantId, posture: { asOf }, publicSafe }: ReportInput) {
  const to = (label: string, path: string): Ref =>
    publicSafe ? { label: withheld, href: null } : { label, href: `/api/tenants/${tenantId}${path}` };
  return {
    /** The posture as it was known then, so that the way down still holds when the posture has moved on. */
    posture: to('posture', `/posture?asOf=${asOf}`),
    checkpoint: to('checkpoint', '/log/checkpoint'),
    readiness: (target: ReadinessTarget) => to(`readiness ${target}`, `/readiness?target=${target}`),
    list: (name: ListName) => to(name, `/${name}`),
    /** Numbered in the order of the catalogue: C-05. */
    control: (id: string) =>
      to(`C-${String(catalogue.findIndex((c) => c.id === id) + 1).padStart(2, '0')}`, `/controls/${id}`),
    finding: (finding: Finding) =>
      to(`F-${fingerprint(finding).slice(0, 10)}`, `/findings/${fingerprint(finding)}`),
    evidence: (id: string) => to(`E-${id.slice(0, 10)}`, `/evidence/${id}`),
    proof: (id: string) => to(`P-${id.slice(0, 10)}`, `/evidence/${id}/proof`),
  };
}
export type Refs = ReturnType<typeof refsOf>;

/** What a table says of itself that shows the first of more, and where the rest is; nothing where it shows all or none. */
export const cutAt = (
  shown: number,
  total: number,
  rest: string,
): { truncated?: { shown: number; total: number; rest: string } } =>
  total > shown && shown > 0 ? { truncated: { shown, total, rest } } : {};

export const text = (value: string, max = 500): Cell => ({ kind: 'text', text: quoted(value, max) });
export const num = (value: number): Cell => ({ kind: 'number', value });
export const at = (instant: string): Cell => ({ kind: 'instant', at: instant });
export const link = (ref: Ref): Cell => ({ kind: 'ref', ref });
export const state = (status: Status, until?: string): Cell =>
  until === undefined ? { kind: 'status', status } : { kind: 'status', status, until };

export const unknown = (reason: string, words: string): NotObserved => ({
  state: 'not_observed',
  reason,
  words: quoted(words, 120),
});
export const unknownCell = (reason: string, words: string): Cell => ({
  kind: 'not_observed',
  reason,
  words: quoted(words, 120),
});
export const observed = (value: number): Figure => ({ state: 'observed', value });
export const share = (numerator: number, denominator: number): Figure => ({
  state: 'observed',
  value: (100 * numerator) / denominator,
  num: numerator,
  den: denominator,
});
