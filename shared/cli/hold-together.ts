import type { ExportPage } from '../../schemas/export.js';
import { toHex } from '../core/kernel/bytes.js';
import { inOrder, must, NotVerified, type CheckResult } from '../core/log/checks.js';
import { readNote, type Trust } from '../core/log/trust.js';
import { rootsOf } from '../core/log/verify-export.js';
import { verifyCheckpoint, verifyHistory, type ToldCheckpoint } from '../core/log/verify-history.js';
import { readManifest } from '../core/reports/manifest.js';
import type { Of, Recognised } from './recognise.js';
import type { Findings, Section } from './findings.js';
import type { InsideArchive } from './inside-archive.js';

type Held = { from: string; note: string | ToldCheckpoint; size: number; root: string; alone: boolean };

/** Sizes that were shown to be of one history. */
type Link = readonly number[];

/**
 * Every checkpoint in sight, whatever it came in, held against the others: two of one size must have one root, a
 * consistency proof joins two sizes, an archive brings its own, and an export, which has every entry, joins all up to its
 * own. This is what a single report cannot show.
 */
export function holdTogether(
  all: readonly Recognised[],
  trust: Trust,
  told: readonly ToldCheckpoint[],
  archives: readonly InsideArchive[] = [],
): Findings {
  const [signed, heard] = [checkpointsIn(all), distinct(told.map(asHeld))];
  const sizes = new Set([...signed, ...heard].map(({ size }) => size));
  // Of one size, what is signed stands before what was told.
  const held = [...signed, ...archives.flatMap((one) => keptOf(one, sizes)), ...heard].sort(
    (a, b) => a.size - b.size,
  );
  const proofs: Proof[] = [
    ...all.filter((r): r is Of<'consistency'> => r.kind === 'consistency'),
    ...archives.flatMap((one) => one.proofs.filter(({ value }) => sizes.has(value.from))),
  ];
  const joined = proofs.map((proof) => join(held, proof, trust));
  const pairs = twins(held).map(([a, b]) => ({
    subject: `${a.from} and ${b.from}`,
    checks: verifyHistory(a.note, b.note, null, trust),
  }));
  const exports = exportsIn(all).map((pages): Covered => ({
    pages,
    within: held.filter(({ size }) => size <= pages.size),
  }));
  const links: Link[] = [
    ...proofs.map(({ value }) => [value.from, value.to]),
    ...exports.map(({ within }) => within.map(({ size }) => size)),
  ];
  return {
    sections: [
      ...alone(all, trust),
      ...pairs,
      ...joined.flatMap((j) => (typeof j === 'string' ? [] : [j])),
      ...exports.flatMap(heldAgainst),
    ],
    unclear: [
      ...joined.filter((j) => typeof j === 'string'),
      ...unjoined(held, links),
      ...unsigned(held, exports),
    ],
    limits: forkLimit(held, links),
  };
}

type Proof = Pick<Of<'consistency'>, 'name' | 'value'>;

/** Of an archive's own checkpoints those that something else in sight can be held against: the rest is checked with it. */
const keptOf = ({ own, notes }: InsideArchive, sizes: ReadonlySet<number>): Held[] =>
  sizes.size === 0
    ? []
    : notes
        .filter(({ size }) => size === own || sizes.has(size))
        .map(({ from, note, size }) => ({
          from,
          note,
          size,
          root: toHex(readNote(note).checkpoint.root),
          alone: false,
        }));

/** Checkpoints that nothing joins to another stand for themselves alone. */
function forkLimit(held: readonly Held[], links: readonly Link[]): string[] {
  const joined = new Set(links.flat());
  const single = held
    .filter(({ size }) => !joined.has(size))
    .map(({ from, size }) => `${from} (${size} entries)`);
  return single.length === 0
    ? []
    : [
        `One checkpoint cannot show that nobody was shown another history (a fork). By itself stands that of ${single.join(', ')}: hold it against one that someone else got, with the answer of GET …/log/consistency?from=&to=.`,
      ];
}

type Exported = { size: number; items: readonly ExportPage[] };
/** An export, with the checkpoints up to its own. */
type Covered = { pages: Exported; within: readonly Held[] };

/** The pages of each export, by what each says that it covers. */
function exportsIn(all: readonly Recognised[]): Exported[] {
  const pages = all.flatMap((r) => (r.kind === 'page' ? [r.value] : []));
  return [...new Set(pages.map((page) => page.export))].map((one) => {
    const items = pages.filter((page) => page.export === one);
    return { size: items[0]?.size ?? 0, items };
  });
}

/** Whether the entries of an export make the roots of the checkpoints. What it itself stands on is checked with it. */
function heldAgainst({ pages, within }: Covered): Section[] {
  // Once for all sizes: every entry is hashed for it.
  let read: Map<number, string> | undefined;
  const roots = (): Map<number, string> =>
    (read ??= rootsOf(
      pages.items,
      within.map(({ size }) => size),
    ));
  return within.map(({ from, size, root }) => ({
    subject: `${from} and the export`,
    checks: inOrder([
      [
        'the exported entries make the root of the checkpoint',
        () =>
          must(
            roots().get(size) === root,
            'log_forked',
            `another root is signed for ${size} entries: two histories were shown`,
          ),
      ],
    ]),
  }));
}

function checkpointsIn(all: readonly Recognised[]): Held[] {
  return all.flatMap((r): Held[] => {
    const note = noteOf(r);
    if (note === null) return [];
    try {
      const { size, root } = readNote(note).checkpoint;
      const given = r.kind === 'note' || r.kind === 'checkpoint';
      return [{ from: r.name, note, size, root: toHex(root), alone: given }];
    } catch (error) {
      // What it stands in failed for it already.
      if (error instanceof NotVerified) return [];
      throw error;
    }
  });
}

const asHeld = (told: ToldCheckpoint): Held => ({
  from: `the checkpoint of ${told.size} entries that was told`,
  note: told,
  size: told.size,
  root: toHex(told.root),
  alone: true,
});

/** Two mails at one size of the log tell the same. */
const distinct = (told: readonly Held[]): Held[] =>
  told.filter((one, i) => !told.slice(0, i).some(({ size, root }) => size === one.size && root === one.root));

function noteOf(r: Recognised): string | null {
  switch (r.kind) {
    case 'note':
      return r.value;
    case 'checkpoint':
      return r.value.note;
    case 'proof':
      return r.value.checkpoint.note;
    case 'answer':
      return r.value.checkpoint;
    case 'envelope':
      return noteOfManifest(r);
    default:
      return null;
  }
}

function noteOfManifest({ value }: Of<'envelope'>): string | null {
  try {
    return readManifest(value).predicate.checkpoint;
  } catch (error) {
    if (error instanceof NotVerified) return null;
    throw error;
  }
}

/** Checkpoints given as such, each by itself. */
const alone = (all: readonly Recognised[], trust: Trust): Section[] =>
  all.flatMap((r): Section[] => {
    if (r.kind === 'note') return [{ subject: r.name, checks: verifyCheckpoint(r.value, trust) }];
    if (r.kind !== 'checkpoint') return [];
    return [{ subject: r.name, checks: answeredCheckpoint(r.value, trust) }];
  });

/** The answer of `GET …/log/checkpoint`, by itself. */
export const answeredCheckpoint = (answer: Of<'checkpoint'>['value'], trust: Trust): CheckResult[] => [
  ...inOrder([
    ['size, root and key beside the checkpoint are those in it', () => besideAgrees(answer, trust)],
  ]),
  ...verifyCheckpoint(answer.note, trust),
];

function besideAgrees({ note, size, root, keyId }: Of<'checkpoint'>['value'], trust: Trust): void {
  const { checkpoint } = readNote(note);
  must(checkpoint.size === size && toHex(checkpoint.root) === root, 'checkpoint_mismatch', 'they differ');
  must(
    trust.keys.some((key) => key.keyId === keyId),
    'key_unknown',
    'the key named beside the checkpoint is not known',
  );
}

/** Different notes of one size, each with the one before it. */
const twins = (held: readonly Held[]): [Held, Held][] =>
  held.flatMap((b, i): [Held, Held][] => {
    const a = held[i - 1];
    return a !== undefined && a.size === b.size && a.note !== b.note ? [[a, b]] : [];
  });

function join(held: readonly Held[], { name, value }: Proof, trust: Trust): Section | string {
  const older = held.find(({ size }) => size === value.from);
  const newer = held.find(({ size }) => size === value.to);
  if (older === undefined || newer === undefined)
    return `${name} joins sizes ${value.from} and ${value.to}, of which not both checkpoints are given`;
  return {
    subject: `${older.from} and ${newer.from}`,
    checks: verifyHistory(older.note, newer.note, value, trust),
  };
}

/**
 * Whoever gives a checkpoint as such, one kept from earlier above all, asks whether everything else in sight is of its
 * history: each size has to be joined to the next, at once or over others.
 */
const unjoined = (held: readonly Held[], links: readonly Link[]): string[] =>
  held.flatMap((newer, i) => {
    const older = held[i - 1];
    if (older === undefined || !held.some(({ alone }) => alone)) return [];
    return joinedTo(older.size, links).has(newer.size)
      ? []
      : [`needs the answer of GET …/log/consistency?from=${older.size}&to=${newer.size}`];
  });

/**
 * Checkpoints that were told show nothing by themselves: one that is signed, or an export, must be of their history. That
 * every other is joined to them {@link unjoined} asks, so any will do.
 */
function unsigned(held: readonly Held[], exports: readonly Covered[]): string[] {
  const signed = held.some(({ note }) => typeof note === 'string');
  if (held.length === 0 || signed || exports.some(({ within }) => within.length > 0)) return [];
  return [
    'no signed checkpoint is among the files to hold what was told against: give the answer of GET …/log/checkpoint',
  ];
}

/** Sizes that are joined to this one, itself included. */
function joinedTo(size: number, links: readonly Link[]): Set<number> {
  const found = new Set([size]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const link of links) if (link.some((one) => found.has(one))) link.forEach((one) => found.add(one));
  }
  return found;
}
