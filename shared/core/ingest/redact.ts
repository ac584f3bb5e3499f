import type { Admission, EvidenceEvent } from '../../../schemas/evidence.js';
import type { DirectoryEntry } from '../../../schemas/tenant.js';
import { pointerToken } from '../kernel/ijson.js';
import { Refusal } from '../kernel/refusal.js';
import { parseEvent, type ParsedEvent } from './parse.js';
import { isPseudonym, personPathsOf, pseudonymOf } from './people.js';
import { mayHoldSecrets, removeSecrets, removeSecretsAndAddresses } from './secrets.js';

/** An event as it may be stored, and what was done to make it so. */
export type Redacted = ParsedEvent & {
  redactions: Admission['redactions'];
  people: DirectoryEntry[];
  /** Raw content that was taken out of the event, its secrets removed; null where there was none. */
  raw: Readonly<Record<string, string>> | null;
};

type Redaction = Admission['redactions'][number];

/** The list of an event's redactions holds this many; what goes beyond is told by one last entry. */
const maxRedactions = 200;

/** Envelope members that identify an event: they cannot be replaced, so a secret in one of them refuses the event. */
const identifying = ['id', 'source', 'dataschema'] as const;

/**
 * Removes secrets and mail addresses from `data` and `subject`, takes raw content out, and replaces people by pseudonyms.
 * What is removed leaves no trace in the event: neither hash nor length.
 * @throws Refusal `redaction_required` for a secret in an identifying member, `schema_invalid` where what is left does
 * not match the schema any more.
 */
export function redactEvent(parsed: ParsedEvent, macKey: Uint8Array, at: string): Redacted {
  const people = personPathsOf(parsed.name);
  const hasRaw = 'raw' in parsed.event.data && parsed.event.data.raw !== undefined;
  if (people.size === 0 && !hasRaw && !mayHoldSecrets(parsed.text)) return untouched(parsed);
  refuseSecretIdentity(parsed.event, at);
  const removed: Redaction[] = [];
  const directory = new Map<string, string>();
  const { data, raw } = takeRaw(parsed.event.data, removed);
  const clean = mapTexts(data, '/data', '', (text, pointer, path) =>
    people.has(path)
      ? pseudonymise(text, pointer, macKey, removed, directory)
      : redactText(text, pointer, removed),
  );
  const { subject } = parsed.event;
  const cleanSubject = subject === undefined ? undefined : redactText(subject, '/subject', removed);
  if (removed.length === 0 && directory.size === 0) return untouched(parsed);
  // A signature over what is no longer there can be checked by nobody, and would let a guess at it be confirmed.
  const { signature, ...unsigned } = parsed.event;
  if (signature !== undefined) removed.push({ path: '/signature', kind: 'signature' });
  const rewritten = {
    ...unsigned,
    ...(cleanSubject === undefined ? {} : { subject: cleanSubject }),
    data: clean,
  };
  return {
    ...parseEvent(rewritten, at),
    redactions: shortened(removed),
    people: [...directory].map(([pseudonym, name]) => ({ pseudonym, name })),
    raw,
  };
}

const untouched = (parsed: ParsedEvent): Redacted => ({ ...parsed, redactions: [], people: [], raw: null });

const shortened = (removed: Redaction[]): Redaction[] =>
  removed.length <= maxRedactions
    ? removed
    : [...removed.slice(0, maxRedactions - 1), { path: '', kind: 'further' }];

function refuseSecretIdentity(event: EvidenceEvent, at: string): void {
  const member = identifying.find((name) => removeSecrets(event[name] ?? '').kinds.length > 0);
  if (member === undefined) return;
  throw new Refusal('redaction_required', `${member} looks like a secret and cannot be replaced`, {
    pointer: `${at}/${member}`,
  });
}

function redactText(text: string, pointer: string, removed: Redaction[]): string {
  const found = removeSecretsAndAddresses(text);
  for (const kind of found.kinds) removed.push({ path: pointer, kind });
  return found.text;
}

/** A person's name may be an address, but a secret in its place must reach neither the directory nor the pseudonym. */
function pseudonymise(
  text: string,
  pointer: string,
  macKey: Uint8Array,
  removed: Redaction[],
  directory: Map<string, string>,
): string {
  if (isPseudonym(text)) return text;
  const found = removeSecrets(text);
  for (const kind of found.kinds) removed.push({ path: pointer, kind });
  const pseudonym = pseudonymOf(macKey, found.text);
  directory.set(pseudonym, found.text.trim());
  return pseudonym;
}

/** `data` without `raw`, and what `raw` held. */
function takeRaw(data: EvidenceEvent['data'], removed: Redaction[]): { data: unknown; raw: Redacted['raw'] } {
  if (!('raw' in data) || data.raw === undefined) return { data, raw: null };
  const { raw, ...rest } = data;
  const texts = Object.entries(raw).flatMap(([member, text]) =>
    text === undefined ? [] : [[member, removeSecretsAndAddresses(text).text] as const],
  );
  removed.push({ path: '/data/raw', kind: 'raw' });
  return { data: rest, raw: Object.fromEntries(texts) };
}

type TextVisitor = (text: string, pointer: string, path: string) => string;

/** A copy with every text replaced. `pointer` leads to the text; `path` is the same below `data`, with `*` for an index. */
function mapTexts(value: unknown, pointer: string, path: string, visit: TextVisitor): unknown {
  if (typeof value === 'string') return visit(value, pointer, path);
  if (typeof value !== 'object' || value === null) return value;
  const below = (step: string): string => (path === '' ? step : `${path}/${step}`);
  if (Array.isArray(value)) return value.map((v, i) => mapTexts(v, `${pointer}/${i}`, below('*'), visit));
  return Object.fromEntries(
    Object.entries(value).map(([member, v]) => [
      member,
      mapTexts(v, `${pointer}/${pointerToken(member)}`, below(member), visit),
    ]),
  );
}
