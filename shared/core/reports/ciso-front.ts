import type { ControlSummary, Posture } from '../../../schemas/posture.js';
import { verdictVocabulary, type Verdict } from '../../../schemas/report-document.js';
import type { Ref } from '../../../schemas/report-figures.js';
import type { CisoInput } from './ciso-input.js';
import { inventoryGap, itemsOf, shadowOf, silentOf } from './ciso-measures.js';
import { counted, findingWords, fitting, isAre, quoted, severities, sum, type Refs } from './ciso-text.js';
import { day, number, points } from './format.js';

// The first lines of the CISO report: what the verdict is, why, and the three worst things, each with the way down.

const worstState = ['blocked', 'missing', 'stale', 'shadowed'] as const;

/** Controls that are neither enforced nor out of scope, worst first: state, severity, share failing, id. */
export function failingControls({ controls }: Pick<Posture, 'controls'>): ControlSummary[] {
  const rank = (c: ControlSummary): number[] => [
    worstState.findIndex((s) => s === c.state),
    severities.indexOf(c.severity),
    c.counts.enforced / Math.max(1, c.inScope),
  ];
  return controls
    .filter((c) => worstState.some((s) => s === c.state))
    .sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      const at = x.findIndex((value, i) => value !== y[i]);
      return at < 0 ? (a.id < b.id ? -1 : 1) : (x[at] ?? 0) - (y[at] ?? 0);
    });
}

export const openTotal = ({ layers }: Posture): number => sum(Object.values(layers.findings.open));
export const overdueTotal = ({ layers }: Posture): number => sum(Object.values(layers.findings.overdue));

/** Items of a control that are not enforced. */
export const failingCount = ({ inScope, counts }: ControlSummary): number => inScope - counts.enforced;

/** `12 of 16 controls are observed`. */
export const controlsWords = ({ score }: Posture): string =>
  `${number(score.controlsObserved)} of ${number(score.controlsApplicable)} controls are observed`;

/** The verdict with one sentence of at most 140 characters: why, with the number and its denominator. */
export function verdictOf(input: CisoInput): Verdict {
  const code = input.posture.verdict;
  return { set: 'posture', code, words: verdictVocabulary.posture[code], sentence: sentenceOf(input) };
}

function sentenceOf(input: CisoInput): string {
  const { posture } = input;
  const observed = controlsWords(posture);
  const score = posture.score.tenths === null ? null : points(posture.score.tenths);
  const target = points(posture.score.target);
  switch (posture.verdict) {
    case 'off_target':
      return offTarget(input, observed);
    case 'not_enough_evidence': {
      const gap = gapSentence(input);
      return gap === null
        ? `${observed}, too few for a verdict; the score of those is ${score ?? 'not observed'} of 100.`
        : `${gap}, so the score cannot be computed; ${observed}.`;
    }
    case 'needs_attention': {
      const [first = 'a check is open'] = posture.reasons;
      return fitting(
        140,
        `${quoted(first, 90)}: the score is ${score ?? 'not observed'} (target ${target}); ${observed}.`,
        `The score is ${score ?? 'not observed'} (target ${target}); ${observed}.`,
      ).replace(/^./, (c) => c.toUpperCase());
    }
    case 'on_target':
      return `No critical finding is open; the score is ${score ?? 'not observed'} (target ${target}); ${observed}.`;
  }
}

function offTarget({ posture, findings }: CisoInput, observed: string): string {
  const { open, overdue } = posture.layers.findings;
  if (open.critical > 0) {
    const late = overdue.critical > 0 ? `, ${number(overdue.critical)} overdue` : '';
    const head = `${number(open.critical)} of ${counted(openTotal(posture), 'open finding')} ${isAre(open.critical)} critical${late}`;
    const worst = findings.find((f) => f.state === 'open' && f.severity === 'critical');
    const tail = posture.score.controlsObserved < posture.score.controlsApplicable ? `; ${observed}` : '';
    if (!worst) return `${head}${tail}.`;
    const room = 140 - `${head}: ${tail}.`.length;
    return room < 40
      ? fitting(140, `${head}${tail}.`, `${head}.`)
      : `${head}: ${findingWords(worst, room)}${tail}.`;
  }
  const unmet = failingControls(posture).find(
    (c) => c.severity === 'critical' && (c.state === 'blocked' || c.state === 'missing'),
  );
  if (unmet) {
    const counts = `${number(unmet.counts.enforced)} of ${counted(unmet.inScope, 'item')} enforced`;
    return fitting(
      140,
      `${unmet.title} is ${unmet.state}: ${counts}; ${observed}.`,
      `${unmet.title} is ${unmet.state}: ${counts}.`,
    );
  }
  const { tenths, target } = posture.score;
  const score = tenths === null ? 'not observed' : points(tenths);
  return `The score is ${score} of 100, below its limit of ${points(Math.max(0, target - 100))}; ${observed}.`;
}

/** Why the inventory cannot carry a score, as the beginning of a sentence. */
function gapSentence({ posture, settings }: CisoInput): string | null {
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  if (gap?.reason === 'inventory_stale') return `The ${gap.words.replace('inventory ', 'inventory is ')}`;
  if (gap) return 'No inventory is declared';
  return posture.score.notObserved === null ? null : 'Nothing is in scope';
}

type Message = { text: string; ref: Ref };

/** Three messages at most, worst first; one where nothing is wrong. */
export function messagesOf(input: CisoInput, refs: Refs): Message[] {
  const { posture } = input;
  const found = [
    ...findingMessages(input, refs),
    ...controlMessages(input, refs),
    ...coverageMessages(input, refs),
    ...serviceMessages(posture, refs),
  ];
  if (found.length > 0) return found.slice(0, 3);
  return [{ text: `${sentenceOf(input)}`, ref: refs.posture }];
}

function findingMessages({ posture, findings }: CisoInput, refs: Refs): Message[] {
  const { open, overdue, unowned } = posture.layers.findings;
  const messages: Message[] = [];
  const worst = findings.find((f) => f.state === 'open');
  if (open.critical > 0 && worst) {
    const owner = unowned.critical > 0 ? `, ${number(unowned.critical)} without an owner` : '';
    const head = `${counted(open.critical, 'critical finding')} ${isAre(open.critical)} open${owner}; first due ${day(worst.dueOn)}`;
    messages.push({ text: `${head}: ${findingWords(worst, 158 - head.length)}`, ref: refs.finding(worst) });
  }
  const late = overdueTotal(posture);
  if (late > 0) {
    const oldest = findings.find((f) => f.state === 'open' && f.overdue);
    const text = `${number(late)} of ${counted(openTotal(posture), 'open finding')} ${isAre(late)} past the due date, ${number(overdue.critical + overdue.high)} of them critical or high`;
    messages.push({ text, ref: oldest ? refs.finding(oldest) : refs.list('findings') });
  }
  return messages;
}

function controlMessages({ posture }: CisoInput, refs: Refs): Message[] {
  const failing = failingControls(posture);
  const [worst] = failing;
  if (!worst) return [];
  const head = `${number(failing.length)} of ${counted(posture.score.controlsObserved, 'observed control')} ${isAre(failing.length)} not enforced for every item`;
  const what = `${worst.title} is ${worst.state} (${number(worst.counts.enforced)} of ${counted(worst.inScope, 'item')} enforced)`;
  return [
    {
      text: fitting(160, `${head}; worst: ${what}`, `${head}; worst: ${worst.title}`),
      ref: refs.control(worst.id),
    },
  ];
}

function coverageMessages(input: CisoInput, refs: Refs): Message[] {
  const { posture } = input;
  const messages: Message[] = [];
  const gap = gapSentence(input);
  if (gap)
    messages.push({
      text: `${gap}: no coverage and no score can be said until it is declared anew`,
      ref: refs.list('agents'),
    });
  const [shadow, silent, all] = [shadowOf(posture), silentOf(posture), counted(itemsOf(posture), 'item')];
  if (shadow > 0)
    messages.push({
      text: `${number(shadow)} of ${all} ${shadow === 1 ? 'acts and is' : 'act and are'} not declared`,
      ref: refs.list(gapList(posture, 'shadow')),
    });
  if (silent > 0)
    messages.push({
      text: `${number(silent)} of ${all} ${isAre(silent)} declared and not heard from in 24 hours`,
      ref: refs.list(gapList(posture, 'silent')),
    });
  const { controlsObserved: seen, controlsApplicable: all16 } = posture.score;
  if (seen < all16)
    messages.push({
      text: `${number(all16 - seen)} of ${counted(all16, 'control')} ${isAre(all16 - seen)} not observed: nothing in scope gave evidence for them`,
      ref: refs.list('controls'),
    });
  return messages;
}

/** The list of the kind with the most such items. */
function gapList({ layers: { coverage } }: Posture, word: 'shadow' | 'silent') {
  const kinds = ['agents', 'repositories', 'workflows', 'tools'] as const;
  return kinds.reduce((a, b) => (coverage[b][word] > coverage[a][word] ? b : a));
}

function serviceMessages(posture: Posture, refs: Refs): Message[] {
  const { evidence, reports } = posture.layers;
  const unsigned = evidence.live - evidence.signedByTrusted;
  const messages: Message[] = [];
  if (unsigned > 0)
    messages.push({
      text: `${number(unsigned)} of ${counted(evidence.live, 'live event')} ${isAre(unsigned)} not signed by a trusted source`,
      ref: refs.list('evidence'),
    });
  const lost = reports.bounced + reports.unconfirmed;
  if (lost > 0)
    messages.push({
      text: `${number(lost)} of ${counted(reports.delivered + lost, 'report delivery', 'report deliveries')} did not reach the recipient on the provider’s word`,
      ref: refs.list('reports'),
    });
  return messages;
}
