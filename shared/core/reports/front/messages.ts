import type { Posture } from '../../../../schemas/posture.js';
import type { Ref } from '../../../../schemas/report-figures.js';
import type { ReportInput } from '../input.js';
import { itemsOf, shadowOf, silentOf } from '../kpis/measures.js';
import { counted, fitting, headline, isAre, type Refs } from '../text.js';
import { failingControls, gapSentence, openTotal, overdueTotal, sentenceOf } from './verdict.js';
import { day, number } from '../format.js';

// Three things a reader takes away, worst first, each with the way down to its evidence.

type Message = { text: string; ref: Ref };

/** Three messages at most, worst first; one where nothing is wrong. */
export function messagesOf(input: ReportInput, refs: Refs): Message[] {
  const { posture } = input;
  const found = [
    ...findingMessages(input, refs),
    ...controlMessages(input, refs),
    ...coverageMessages(input, refs),
    ...serviceMessages(posture, refs),
  ];
  if (found.length > 0) return found.slice(0, 3);
  return [{ text: sentenceOf(input), ref: refs.posture }];
}

function findingMessages({ posture, findings }: ReportInput, refs: Refs): Message[] {
  const { open, overdue, unowned } = posture.layers.findings;
  const messages: Message[] = [];
  const worst = findings.find((f) => f.state === 'open');
  if (open.critical > 0 && worst) {
    const owner = unowned.critical > 0 ? `, ${number(unowned.critical)} without an owner` : '';
    const head = `${counted(open.critical, 'critical finding')} ${isAre(open.critical)} open${owner}; first due ${day(worst.dueOn)}`;
    messages.push({ text: `${head}: ${headline(worst, 158 - head.length)}`, ref: refs.finding(worst) });
  }
  const late = overdueTotal(posture);
  if (late > 0) {
    const oldest = findings.find((f) => f.state === 'open' && f.overdue);
    const text = `${number(late)} of ${counted(openTotal(posture), 'open finding')} ${isAre(late)} past the due date, ${number(overdue.critical + overdue.high)} of them critical or high`;
    messages.push({ text, ref: oldest ? refs.finding(oldest) : refs.list('findings') });
  }
  return messages;
}

function controlMessages({ posture }: ReportInput, refs: Refs): Message[] {
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

function coverageMessages(input: ReportInput, refs: Refs): Message[] {
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
  const { controlsObserved: seen, controlsApplicable: applicable } = posture.score;
  if (seen < applicable)
    messages.push({
      text: `${number(applicable - seen)} of ${counted(applicable, 'control')} ${isAre(applicable - seen)} not observed: nothing in scope gave evidence for them`,
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
