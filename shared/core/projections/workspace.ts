import type { LedgerDocument, Summary } from './documents.js';
import { adjust, tallyOf } from './tally.js';

/**
 * A document was needed that nobody loaded. The fold is pure and synchronous, so it cannot fetch: the caller loads the
 * id and runs the fold again from the start; the second run sees the same and goes further.
 */
export class NotLoaded extends Error {
  constructor(readonly id: string) {
    super(`not loaded: ${id}`);
    this.name = 'NotLoaded';
  }
}

/** A point of a workspace that it can be taken back to. */
export type Mark = number;

/**
 * The documents one batch reads and changes. Documents are values: `put` replaces, nothing is changed in place, so a
 * mark taken before an event can be returned to when the event does not fit the batch.
 */
export class Workspace {
  private readonly changed = new Map<string, LedgerDocument>();
  /** What each change replaced among the changed, oldest first. */
  private readonly undo: [id: string, before: LedgerDocument | undefined][] = [];
  /** No document here is due before this instant; '' while that is not known. */
  private quietUntil = '';
  /** The event being folded; null while only time passes. */
  evidenceId: string | null = null;
  /** Events of entries made here, each with the mark after it. */
  private appended: (readonly [evidenceId: string, mark: Mark])[] = [];

  /**
   * @param summaryId the summary to count in: a sweep counts beside the one that readers see
   * @param loaded ids asked for, with null where the store has none
   * @param logged events asked for, and whether the log has them
   * @param wanted where given, what is not loaded is noted here and taken for absent: a trial, never to be committed
   */
  constructor(
    private readonly summaryId: Summary['id'] = 'summary',
    private readonly loaded = new Map<string, LedgerDocument | null>(),
    private readonly logged = new Map<string, boolean>(),
    private readonly wanted?: Set<string>,
  ) {}

  load(id: string, document: LedgerDocument | null): void {
    this.loaded.set(id, document);
    if (document) this.quietUntil = earliest(this.quietUntil, document);
  }

  loadLogged(evidenceId: string, logged: boolean): void {
    this.logged.set(evidenceId, logged);
  }

  /** Whether the document, or that there is none, is known; or of an event, whether the log has it. */
  has(id: string): boolean {
    return this.loaded.has(id) || this.logged.has(loggedEvidence(id) ?? '');
  }

  /** Whether an event is in the log before the one that is being folded. */
  isLogged(evidenceId: string): boolean {
    if (this.appended.some(([id]) => id === evidenceId)) return true;
    const logged = this.logged.get(evidenceId);
    if (logged !== undefined) return logged;
    if (this.wanted === undefined) throw new NotLoaded(loggedId(evidenceId));
    this.wanted.add(loggedId(evidenceId));
    return false;
  }

  /** An event whose entry is made in this batch. */
  append(evidenceId: string): void {
    this.appended.push([evidenceId, this.mark()]);
  }

  /** A copy as it stands, to find out what a run would ask for. */
  trial(wanted: Set<string>): Workspace {
    const trial = new Workspace(this.summaryId, this.loaded, this.logged, wanted);
    for (const document of this.changed.values()) trial.set(document);
    for (const [id] of this.appended) trial.append(id);
    return trial;
  }

  get(id: string): LedgerDocument | null {
    const changed = this.changed.get(id);
    if (changed) return changed;
    const document = this.loaded.get(id);
    if (document !== undefined) return document;
    if (this.wanted === undefined) throw new NotLoaded(id);
    this.wanted.add(id);
    return null;
  }

  /** A document of the kind that its id promises. @throws TypeError when the ledger holds another kind there. */
  find<K extends LedgerDocument['kind']>(kind: K, id: string): Extract<LedgerDocument, { kind: K }> | null {
    const document = this.get(id);
    if (document === null) return null;
    if (!isKind(document, kind)) throw new TypeError(`${id} is a ${document.kind}, not a ${kind}`);
    return document;
  }

  /** Replaces a document and moves the summary by the difference of what the two tally. */
  put(document: LedgerDocument): void {
    const before =
      document.kind === 'head' || document.kind === 'summary' ? [] : tallyOrNone(this.get(document.id));
    this.set(document);
    const after = tallyOf(document);
    if (before.length + after.length > 0 && !sameTally(before, after)) {
      const summary = this.summary();
      this.set({ ...summary, counts: adjust(summary.counts, before, after) });
    }
  }

  summary(): Summary {
    return (
      this.find('summary', this.summaryId) ?? { id: this.summaryId, kind: 'summary', counts: {}, totals: {} }
    );
  }

  /** One more in a running total of the summary: what is counted once, when it happens, and never taken back. */
  count(name: string): void {
    const summary = this.summary();
    const totals = { ...summary.totals, [name]: (summary.totals[name] ?? 0) + 1 };
    this.set({ ...summary, totals });
  }

  /** Documents that time alone changes at or before an instant, by (`dueAt`, id). The caller loaded all there are. */
  due(until: string): LedgerDocument[] {
    if (until < this.quietUntil) return [];
    const all = new Map<string, LedgerDocument>();
    for (const [id, document] of this.loaded) if (document) all.set(id, document);
    for (const [id, document] of this.changed) all.set(id, document);
    const due = [...all.values()].filter((d) => d.dueAt !== undefined && d.dueAt <= until);
    // Each entry of a run asks again; what is loaded or changed meanwhile brings the instant forward.
    if (due.length === 0) this.quietUntil = [...all.values()].reduce(earliest, '9999');
    return due.sort((a, b) => compare(a.dueAt ?? '', b.dueAt ?? '') || compare(a.id, b.id));
  }

  get changeCount(): number {
    return this.changed.size;
  }

  changes(): LedgerDocument[] {
    return [...this.changed.values()];
  }

  mark(): Mark {
    return this.undo.length;
  }

  returnTo(mark: Mark): void {
    this.appended = this.appended.filter(([, after]) => after <= mark);
    for (const [id, before] of this.undo.splice(mark).reverse()) {
      if (before === undefined) this.changed.delete(id);
      else this.changed.set(id, before);
    }
  }

  private set(document: LedgerDocument): void {
    this.undo.push([document.id, this.changed.get(document.id)]);
    this.changed.set(document.id, document);
    this.quietUntil = earliest(this.quietUntil, document);
  }
}

const earliest = (instant: string, { dueAt }: LedgerDocument): string =>
  dueAt !== undefined && dueAt < instant ? dueAt : instant;
/** How a `NotLoaded` names an event of which only its being in the log is asked. */
const loggedPrefix = 'logged:';
export const loggedId = (evidenceId: string): string => loggedPrefix + evidenceId;
export const loggedEvidence = (id: string): string | null =>
  id.startsWith(loggedPrefix) ? id.slice(loggedPrefix.length) : null;

const tallyOrNone = (document: LedgerDocument | null): readonly string[] =>
  document ? tallyOf(document) : [];
const sameTally = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);
const isKind = <K extends LedgerDocument['kind']>(
  d: LedgerDocument,
  kind: K,
): d is Extract<LedgerDocument, { kind: K }> => d.kind === kind;

/** Code-unit order: the same on every machine, unlike a locale's. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
