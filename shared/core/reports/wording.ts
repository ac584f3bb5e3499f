import { verdictVocabulary, type ReportDocument } from '../../../schemas/report-document.js';

/** Words of the verdict vocabulary, flat: nothing else stands in a verdict field. */
export const verdictWords: readonly string[] = Object.values(verdictVocabulary).flatMap((set) =>
  Object.values(set),
);

const phrases: readonly RegExp[] = [
  /\b(fully )?secure\b/i,
  /\b100 ?% protected\b/i,
  /\b(compliant|certified|audit-ready)\b/i,
  /\bguarantee[sd]?\b/i,
  /\bensure[sd]?\b/i,
  /\b(no|zero) risk\b/i,
  /\b(robust|comprehensive|best-in-class|world-class|state-of-the-art|cutting-edge|military-grade|ai-powered|holistic|seamless(ly)?)\b/i,
  /\ball good\b/i,
  /\b(green|healthy)\b/i,
  /\bon track\b/i,
  /\b(significant(ly)?|substantial(ly)?|major improvement|slightly|roughly|many|several|some)\b/i,
  /\b(immaterial|minor)\b/i,
  /\b(asap|soon|in due course|going forward)\b/i,
  /\bhuman error\b/i,
  /\b(n\/a|tbd|n\.a\.)/i,
  /^\s*[—–-]\s*$/,
  /\b(attacks? blocked|threats? stopped)\b/i,
  /\b(we believe|it appears)\b/i,
  /\b(audited|assurance|opinion)\b/i,
  /!/,
  /\p{Extended_Pictographic}/u,
  /\b(undefined|NaN|null)\b/,
  /\[object Object\]/,
  /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/,
];

/** The disclaimers may say what a report is not. */
const disclaimed = /not an auditor.s opinion|an attestation or a certificate/i;

/** Phrases of a sentence of ours that a report must not carry: unprovable, vague, or a value that was never filled in. */
export function forbiddenPhrases(text: string): string[] {
  if (disclaimed.test(text)) return [];
  return phrases.flatMap((phrase) => {
    const hit = phrase.exec(text);
    return hit ? [hit[0]] : [];
  });
}

/**
 * Forbidden phrases in what a document itself says, as `sentence: phrase`. Table cells and list items may quote names and
 * reasons of the tenant, so they are not judged.
 */
export function lintDocument(document: ReportDocument): string[] {
  const said = [document.title, document.verdict.sentence];
  if (document.issue.state !== 'issued') said.push(document.issue.text);
  for (const block of document.blocks) {
    if (block.kind === 'messages') said.push(...block.items.map(({ text }) => text));
    if (block.kind === 'decisions')
      said.push(...block.items.flatMap(({ action, why, otherwise }) => [action, why, otherwise]));
    if (block.kind === 'kpiTable')
      said.push(block.caption, ...block.rows.flatMap(({ label, sample }) => [label, sample]));
    if (block.kind === 'heading' || block.kind === 'paragraph') said.push(block.text);
    if (block.kind === 'table') said.push(block.caption, block.empty);
  }
  return said.flatMap((text) => forbiddenPhrases(text).map((phrase) => `${text}: ${phrase}`));
}
