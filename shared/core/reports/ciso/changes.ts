import { verdictVocabulary } from '../../../../schemas/report-document.js';
import type { ControlSummary, Posture } from '../../../../schemas/posture.js';
import type { Block } from '../../../../schemas/report-blocks.js';
import type { Ref } from '../../../../schemas/report-figures.js';
import { day, instantOf, millisOf } from '../../kernel/time.js';
import { openTotal } from '../front/verdict.js';
import type { ReportInput } from '../input.js';
import { shadowOf } from '../kpis/measures.js';
import { counted, type Refs } from '../text.js';
import { day as dayWords, number, points, signed } from '../format.js';

type Change = { text: string; ref: Ref; weight: number };

const order = ['blocked', 'missing', 'stale', 'shadowed', 'enforced'];
/** Never more sentences than this; what fell before what rose. */
const most = 6;

/** The last day of the period before. */
export const dayBefore = ({ period }: ReportInput): string =>
  instantOf(millisOf(`${period.from}T00:00:00Z`) - day).slice(0, 10);

/** What changed since the period before, from the two postures alone: facts, never a cause that no evidence shows. */
export function changesOf(input: ReportInput, refs: Refs): Block[] {
  const since = dayBefore(input);
  return [
    { kind: 'heading', level: 2, text: `What changed since ${dayWords(since)}` },
    { kind: 'list', ordered: false, items: sentences(input, refs, since) },
  ];
}

function sentences(input: ReportInput, refs: Refs, since: string): { text: string; ref: Ref }[] {
  const { posture, prior } = input;
  if (!prior)
    return [
      {
        text: `No comparison: the log holds nothing from ${dayWords(since)} or before. ${counted(posture.layers.evidence.events, 'event')} came in since.`,
        ref: refs.posture,
      },
    ];
  const changes = [
    ...verdictAndScore(posture, prior, refs),
    ...controlChanges(posture, prior, refs),
    ...findingChanges(input, prior, refs),
    ...coverageChanges(posture, prior, refs),
  ];
  if (changes.length === 0)
    return [
      {
        text: `Nothing changed: verdict, score, control states, open findings and coverage are those of ${dayWords(since)}.`,
        ref: refs.posture,
      },
    ];
  return changes
    .map((change, i) => ({ ...change, i }))
    .sort((a, b) => a.weight - b.weight || a.i - b.i)
    .slice(0, most)
    .map(({ text, ref }) => ({ text, ref }));
}

function verdictAndScore(now: Posture, then: Posture, refs: Refs): Change[] {
  const changes: Change[] = [];
  const words = verdictVocabulary.posture;
  if (now.verdict !== then.verdict)
    changes.push({
      text: `The verdict went from “${words[then.verdict]}” to “${words[now.verdict]}”.`,
      ref: refs.posture,
      weight: 0,
    });
  const [a, b] = [then.score.tenths, now.score.tenths];
  if (a !== null && b !== null && a !== b)
    changes.push({
      text: `The score ${b > a ? 'rose' : 'fell'} from ${points(a)} to ${points(b)} (${signed((b - a) / 10, 1)} points); cause not determined beyond the control changes below.`,
      ref: refs.posture,
      weight: 1,
    });
  if ((a === null) !== (b === null))
    changes.push({
      text:
        b === null
          ? 'The score is no longer observed.'
          : `The score is observed for the first time: ${points(b)}.`,
      ref: refs.posture,
      weight: 1,
    });
  return changes;
}

function controlChanges(now: Posture, then: Posture, refs: Refs): Change[] {
  const before = new Map(then.controls.map((c) => [c.id, c]));
  return now.controls.flatMap((control) => {
    const was = before.get(control.id);
    if (!was || was.state === control.state) return [];
    return [
      {
        text: controlSentence(control, was),
        ref: refs.control(control.id),
        weight: fell(control, was) ? 2 : 4,
      },
    ];
  });
}

const fell = (now: ControlSummary, then: ControlSummary): boolean => {
  const [a, b] = [order.indexOf(then.state), order.indexOf(now.state)];
  return b >= 0 && (a < 0 ? b < order.length - 1 : b < a);
};

function controlSentence(now: ControlSummary, then: ControlSummary): string {
  const state = (s: string): string => s.replaceAll('_', ' ');
  const counts =
    now.inScope === 0
      ? 'nothing in scope'
      : `${number(now.counts.enforced)} of ${number(now.inScope)} enforced`;
  return `${now.title}: from ${state(then.state)} to ${state(now.state)} (${counts}); cause not determined.`;
}

function findingChanges(input: ReportInput, then: Posture, refs: Refs): Change[] {
  const { posture, closedInPeriod, closedComplete } = input;
  const [a, b] = [openTotal(then), openTotal(posture)];
  const closed = closedComplete ? number(closedInPeriod.length) : `at least ${number(closedInPeriod.length)}`;
  if (a === b && closedInPeriod.length === 0) return [];
  const went = a === b ? `stayed at ${number(b)}` : `went from ${number(a)} to ${number(b)}`;
  return [
    { text: `Open findings ${went}; ${closed} closed in the period.`, ref: refs.list('findings'), weight: 3 },
  ];
}

function coverageChanges(now: Posture, then: Posture, refs: Refs): Change[] {
  const kinds = ['agents', 'repositories', 'workflows', 'tools'] as const;
  const items = kinds.flatMap((kind) => {
    const [a, b] = [then.layers.coverage[kind], now.layers.coverage[kind]];
    if (a.inScope === b.inScope && a.covered === b.covered) return [];
    return [
      {
        text: `Covered ${kind} went from ${number(a.covered)} of ${number(a.inScope)} to ${number(b.covered)} of ${number(b.inScope)}.`,
        ref: refs.list(kind),
        weight: b.covered < a.covered ? 3 : 5,
      },
    ];
  });
  const [a, b] = [shadowOf(then), shadowOf(now)];
  if (a === b) return items;
  return [
    ...items,
    {
      text: `Items that act and are not declared went from ${number(a)} to ${number(b)}.`,
      ref: refs.list('agents'),
      weight: b > a ? 3 : 5,
    },
  ];
}
