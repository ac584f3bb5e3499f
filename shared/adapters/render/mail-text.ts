import type { Block } from '../../../schemas/report-blocks.js';
import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import { inert } from '../../core/reports/escape.js';
import { instant, trend } from '../../core/reports/format.js';
import { mailIndicators } from '../../core/reports/indicators.js';
import { markOf, statusOfVerdict, wordOf } from '../../core/reports/marks.js';
import { foundIn } from '../../core/reports/review/found.js';
import {
  bound,
  coverFacts,
  decisionLead,
  decisionRest,
  kpiReason,
  kpiValue,
  noDecision,
  periodOf,
  priorOf,
  provenance,
  headLine,
  refWords,
  scoreFacts,
  standing,
  touchedNote,
} from '../../core/reports/sentences.js';

const measure = 76;

/** Lines of at most 76 characters, later ones indented; a longer word (an address, an id) keeps its own line. */
export function fold(text: string, first = '', later = first.replace(/./gu, ' ')): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of inert(text).replaceAll('\u00a0', ' ').split(' ')) {
    if (!empty && line.length + 1 + word.length > measure) {
      lines.push(line);
      line = later;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** In place of all that a confidential report says. */
export const noticeWords =
  'This report is confidential: it is not in this mail, and opens by the link below.';

/** What a link to a report asks for. @param until instant */
export const linkTerms = ({ tenant }: ReportDocument, until: string): string =>
  `Signed-in readers of ${tenant} can open it until ${instant(until)}; each use is recorded.`;

/** The plain-text part of a report's mail: the same facts in the same order. */
export function mailText(
  document: ReportDocument,
  context: RenderContext,
  options: { link?: string; linkUntil?: string; attachmentName?: string; code?: string; notice?: boolean },
): string {
  const lines = [
    ...fold(options.notice === true ? provenance(document) : headLine(document)),
    ...fold(`${document.title}, ${document.period.label} — ${document.tenant}`),
    ...(options.notice === true ? [] : fold(document.scope)),
    ...fold(periodOf(document)),
    ...fold(standing(document)),
    '',
    ...(options.notice === true ? fold(noticeWords) : toldLines(document)),
    '',
    ...(options.attachmentName === undefined
      ? []
      : fold(`The whole report is attached: ${options.attachmentName}.`)),
    ...(options.link === undefined ? [] : fold(`Open the report: ${options.link}`)),
    ...(options.linkUntil === undefined ? [] : fold(linkTerms(document, options.linkUntil))),
    ...coverFacts(document, context)
      .slice(4)
      .flatMap(([key, value]) => fold(`${key}: ${value}`)),
    ...(options.code === undefined
      ? []
      : fold(
          `Confirmation code: ${options.code}. You may be asked for it, to prove that this mail arrived.`,
        )),
    ...fold(
      `You receive this because ${document.tenant} lists you as a recipient of this report; its administrator can change that.`,
    ),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** What the report says, as far as a mail says it. */
function toldLines(document: ReportDocument): string[] {
  const { verdict, issue } = document;
  return [
    ...fold(`${verdict.words} — ${document.period.label}`, `${markOf(statusOfVerdict(verdict.code)).text} `),
    ...fold(verdict.sentence),
    ...(issue.state === 'issued' ? [] : ['', ...fold(issue.text)]),
    ...document.blocks.flatMap(blockLines),
    ...foundLines(document),
    ...indicatorLines(document),
  ];
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'verdict':
      return block.beside.flatMap((note) => fold(note));
    case 'messages':
      return [
        '',
        'MESSAGES',
        ...block.items.flatMap(({ text, ref }, i) => fold(`${text}${refWords(ref)}`, `${i + 1}. `)),
      ];
    case 'scoreCard': {
      const { score, observed, facts } = scoreFacts(block);
      const value = `Control score ${score}${observed ? ' of 100 points' : ''}. ${wordOf(block.verdict)}.`;
      return ['', ...fold(value), ...fold(`${facts.join(' · ')}${refWords(block.ref)}`)];
    }
    case 'decisions': {
      const asked = block.items.flatMap((item, i) => [
        ...fold(decisionLead(item), `${i + 1}. `),
        ...fold(`${decisionRest(item)}${refWords(item.ref)}`, '   '),
      ]);
      return ['', 'DECISIONS ASKED', ...(asked.length > 0 ? asked : [noDecision])];
    }
    default:
      return [];
  }
}

function foundLines(document: ReportDocument): string[] {
  const review = foundIn(document);
  if (review === null) return [];
  return ['', review.title.toUpperCase(), ...review.rows.flatMap((row) => fold(`${row.key}: ${row.value}`))];
}

function indicatorLines(document: ReportDocument): string[] {
  const { shown, total } = mailIndicators(document);
  if (total === 0) return [];
  const rows = shown.flatMap((row) => {
    const reason = kpiReason(row);
    const value = `${row.label}: ${kpiValue(row)}${reason === null ? '' : ` — ${reason}`}. ${wordOf(row.status, row.acceptedUntil)}.`;
    const facts = `target ${bound(row.target, row)} · limit ${bound(row.limit, row)} · prior ${priorOf(row)} · ${trend(row)} · ${row.sample}${refWords(row.ref)}`;
    return [...fold(value, `${markOf(row.status).text} `), ...fold(facts, '  ')];
  });
  const cut = total > shown.length ? [`${shown.length} of ${total} indicators; the rest in the report.`] : [];
  const touched = shown.some((row) => row.touched) ? [touchedNote] : [];
  return ['', 'INDICATORS', ...rows, ...cut, ...touched];
}
