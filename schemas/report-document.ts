import { z } from 'zod';

import { reportTypeSchema } from './events/service.js';
import { instantSchema, sha256Schema } from './primitives.js';
import { blockSchema } from './report-blocks.js';
import { calendarDaySchema, printable, type Ref } from './report-figures.js';
import { registerSchema } from './report-registers.js';

/**
 * Verdicts: set → code → the words that print. Closed: no other word stands in a verdict field. Words ending in "…" are
 * beginnings, completed by a count or a reason.
 */
export const verdictVocabulary = {
  posture: {
    on_target: 'On target',
    needs_attention: 'Needs attention',
    off_target: 'Off target',
    not_enough_evidence: 'Not enough evidence',
  },
  board: {
    on_target: 'Within appetite',
    needs_attention: 'Needs attention',
    off_target: 'Outside appetite',
    not_enough_evidence: 'Not enough evidence',
  },
  gate: { ready: 'Ready', not_ready: 'Not ready' },
  pilot: { go: 'Go', no_go: 'No-go' },
  delivery: { under_test: 'Delivery under test' },
  trial: { complete: 'Complete', incomplete: 'Incomplete' },
  incident: {
    open_not_contained: 'Open, not contained',
    contained: 'Contained',
    closed: 'Closed',
    closed_false_positive: 'Closed as false positive',
  },
  test: {
    no_exceptions: 'No exceptions noted…',
    exceptions: 'Exceptions noted…',
    design_deficient: 'Design deficient',
    not_tested: 'Not tested — …',
  },
} as const satisfies Record<string, Record<string, string>>;
export type VerdictSet = keyof typeof verdictVocabulary;

const verdictSchema = z
  .strictObject({
    set: z.enum(Object.keys(verdictVocabulary) as [VerdictSet, ...VerdictSet[]]),
    code: z.string().max(40),
    words: printable(80),
    /** Why, with the number and its denominator. */
    sentence: printable(140),
  })
  .superRefine((verdict, context) => {
    const set: Record<string, string | undefined> = verdictVocabulary[verdict.set];
    const words = set[verdict.code];
    const holds =
      words !== undefined &&
      (words.endsWith('…') ? verdict.words.startsWith(words.slice(0, -1)) : verdict.words === words);
    if (!holds) context.addIssue({ code: 'custom', message: 'no such verdict in this set' });
  });
export type Verdict = z.infer<typeof verdictSchema>;

/** Why a report is issued qualified. */
export const qualificationCauseSchema = z.enum([
  'blocking_finding_open',
  'evidence_stale',
  'source_untrusted',
  'source_silent',
  'inventory_stale',
  'population_incomplete',
  'log_not_verified',
  'rehearsal_environment',
  'late_evidence_pending',
]);

/** State of issue. A qualified report says what is qualified, what it touches, and what would lift it. */
export const issueSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('issued') }),
  z.strictObject({
    state: z.literal('qualified'),
    /** Begins "Qualified: ", or "Issued with open blockers" in the SOC 2-style packet. */
    text: printable(200),
    causes: z.array(qualificationCauseSchema).min(1),
  }),
  z.strictObject({ state: z.literal('waiting'), text: printable(200) }),
  z.strictObject({ state: z.literal('withdrawn'), text: printable(200) }),
  z.strictObject({ state: z.literal('superseded'), text: printable(200) }),
]);

/** Who may see it and what it was made from; `rehearsal` marks everything made outside a production environment. */
const classificationSchema = z
  .strictObject({
    mark: z.enum(['CONFIDENTIAL · live evidence', 'INTERNAL · live evidence', 'PUBLIC-SAFE SAMPLE']),
    rehearsal: z.boolean(),
    publicSafe: z.boolean(),
  })
  .refine((c) => c.publicSafe === (c.mark === 'PUBLIC-SAFE SAMPLE'), 'the mark and the flag disagree');

/** The calendar days of the period, both included, in the tenant's zone; `label` is the period's name ("October 2026"). */
const periodSchema = z.strictObject({
  label: printable(40),
  from: calendarDaySchema,
  to: calendarDaySchema,
  zone: printable(60),
});

/**
 * A frozen report: everything it says, in no format. It is stored once, digested (SHA-256 of its canonical JSON, RFC 8785)
 * and every artifact is rendered from it; equal documents give equal bytes.
 */
export const reportDocumentSchema = z
  .strictObject({
    schemaVersion: z.literal('aispm.report-document.v1'),
    reportType: reportTypeSchema,
    title: printable(80),
    /** The tenant's display name, or "Sample tenant" where public-safe. */
    tenant: printable(80),
    scope: printable(200),
    period: periodSchema,
    /** Instant the report speaks of, and the log position it stands on. */
    asOf: instantSchema,
    position: z.int().nonnegative(),
    classification: classificationSchema,
    issue: issueSchema,
    verdict: verdictSchema,
    blocks: z.array(blockSchema).min(2).max(400),
    /** The long lists behind the blocks, whole; the first is the one the report is about. */
    registers: z.array(registerSchema).max(11),
  })
  .superRefine((document, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const kinds = document.blocks.map((block) => block.kind);
    if (kinds[0] !== 'verdict' || kinds.indexOf('verdict', 1) > 0) refuse('the verdict comes first, once');
    if (kinds.filter((kind) => kind === 'references').length !== 1) refuse('the references are listed once');
    for (const card of document.blocks)
      if (card.kind === 'scoreCard' && card.verdict !== document.verdict.code)
        refuse('the score card and the report have one verdict');
    const references = referencesIn(document.blocks);
    if (document.classification.publicSafe && references.length > 0)
      refuse('a public-safe report leads nowhere');
    const sheets = document.registers.map(({ sheet }) => sheet);
    if (new Set(sheets).size < sheets.length) refuse('a register stands twice');
    const paths = new Map<string, string>();
    for (const { label, href } of references) {
      if ((paths.get(label) ?? href) !== href) refuse(`the reference ${label} leads to two places`);
      paths.set(label, href);
    }
  })
  .meta({ description: 'A frozen, format-neutral report.' });
export type ReportDocument = z.infer<typeof reportDocumentSchema>;

/** Every reference of a value that is not withheld, in the order of reading, repeats included. */
export function referencesIn(value: unknown): (Ref & { href: string })[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  if (
    'label' in value &&
    'href' in value &&
    typeof value.label === 'string' &&
    typeof value.href === 'string'
  )
    return [{ label: value.label, href: value.href }];
  return Object.values(value).flatMap(referencesIn);
}

/**
 * What a rendering prints beside the document: a file cannot print its own digest, so it prints the document's; with the
 * key that signs the manifest, the log's checkpoint the report stands on, and the command that checks it all.
 */
export const renderContextSchema = z.strictObject({
  documentDigest: sha256Schema,
  keyId: printable(120),
  checkpoint: z.strictObject({
    size: z.int().nonnegative(),
    /** Base64 of the root hash (C2SP tlog-checkpoint). */
    rootHash: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  }),
  verifyCommand: printable(200),
});
export type RenderContext = z.infer<typeof renderContextSchema>;
