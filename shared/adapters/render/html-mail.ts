import type { BlockOf } from '../../../schemas/report-blocks.js';
import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import type { KpiRow, Ref, Status } from '../../../schemas/report-figures.js';
import { breakable, escape, mailProse, unbroken } from '../../core/reports/escape.js';
import { trend } from '../../core/reports/format.js';
import { mailIndicators } from '../../core/reports/indicators.js';
import { markOf, statusOfVerdict, wordOf } from '../../core/reports/marks.js';
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
  scoreFacts,
  standing,
  touchedNote,
} from '../../core/reports/sentences.js';
import { foundIn } from '../../core/reports/review/found.js';
import { mailPreheader, mailSubject } from '../../core/reports/subject.js';
import { toneOf } from '../../core/reports/tokens.js';
import { cell, linkTo, refuseForeign, shell, table } from './mail-layout.js';
import { linkTerms, mailText, noticeWords } from './mail-text.js';

/**
 * `link`: an https address of ours where the report can be opened, and until when; `attachmentName`: the file that comes
 * with the mail; `discreet`: no verdict where a lock screen would show it; `notice`: nothing of what the report says.
 */
export type MailOptions = {
  link?: string;
  linkUntil?: string;
  attachmentName?: string;
  code?: string;
  discreet?: boolean;
  notice?: boolean;
};
export type RenderedMail = { subject: string; html: string; text: string };

const heading = (text: string): string =>
  table([cell(text, { size: 17, bold: true, pad: '24px 24px 6px 24px' })]);
const ref = ({ label, href }: Ref): string => (href === null ? '' : unbroken(`[${escape(label)}]`));
const mark = (status: Status): string => `${markOf(status).text}\u00a0`;

/**
 * A report as a mail: subject, HTML body and plain text from the same document. The body needs no image, style sheet, script
 * or request, and says the same with colours inverted or images off; everything decisive stands in it.
 * @throws RangeError for a link that is not https.
 */
export function renderMail(
  document: ReportDocument,
  context: RenderContext,
  options: MailOptions,
): RenderedMail {
  refuseForeign(options.link);
  const notice = options.notice ?? false;
  const discreet = notice || (options.discreet ?? false);
  const subject = mailSubject(document, discreet);
  const parts = [
    table([
      cell(escape(notice ? provenance(document) : headLine(document)), {
        size: 12,
        bold: true,
        colour: 'ink2',
        pad: '20px 24px 0 24px',
      }),
      cell(`${escape(document.title)}, ${unbroken(escape(document.period.label))}`, {
        size: 20,
        bold: true,
        pad: '10px 24px 0 24px',
      }),
      cell(
        `${[document.tenant, ...(notice ? [] : [document.scope])].map(escape).join(' · ')}<br>${escape(periodOf(document))} · ${escape(standing(document))}`,
        { size: 13, colour: 'ink2', pad: '4px 24px 16px 24px' },
      ),
    ]),
    ...(notice ? [table([cell(escape(noticeWords), { pad: '0 24px 0 24px' })])] : told(document)),
    foot(document, context, options),
  ];
  return {
    subject,
    html: shell(subject, notice ? noticeWords : mailPreheader(document, discreet), parts.join('')),
    text: mailText(document, context, options),
  };
}

/** What the report says, as far as a mail says it. */
const told = (document: ReportDocument): string[] => [
  verdict(document),
  ...document.blocks.map((block) => {
    if (block.kind === 'messages') return messages(block);
    if (block.kind === 'scoreCard') return score(block);
    if (block.kind === 'decisions') return decisions(block);
    return '';
  }),
  found(document),
  kpis(mailIndicators(document)),
];

function verdict(document: ReportDocument): string {
  const { code, words, sentence } = document.verdict;
  const status = statusOfVerdict(code);
  const tone = toneOf(status);
  const ground = `${tone}Tint` as const;
  const { issue } = document;
  const beside = document.blocks.flatMap((block) => (block.kind === 'verdict' ? block.beside : []));
  return table([
    cell(`${mark(status)}${escape(words)} — ${unbroken(escape(document.period.label))}`, {
      size: 22,
      bold: true,
      colour: tone,
      ground,
      pad: '16px 24px 0 24px',
    }),
    cell(mailProse(sentence), { size: 17, bold: true, ground, pad: '4px 24px 14px 24px' }),
    ...(issue.state === 'issued'
      ? []
      : [cell(mailProse(issue.text), { size: 17, ground, pad: '0 24px 14px 24px' })]),
    ...beside.map((note) => cell(mailProse(note), { colour: 'ink2', ground, pad: '0 24px 14px 24px' })),
  ]);
}

const messages = ({ items }: BlockOf<'messages'>): string =>
  heading('Messages') +
  table(
    items.map(({ text, ref: to }, i) =>
      cell(`${i + 1}. ${mailProse(text)} ${ref(to)}`, {
        pad: `3px 24px ${i === items.length - 1 ? 18 : 3}px 24px`,
      }),
    ),
  );

function score(card: BlockOf<'scoreCard'>): string {
  const { score: value, observed, facts } = scoreFacts(card);
  const line = `Control score ${escape(value)}${observed ? ' of 100 points' : ''}. ${mark(card.verdict)}${escape(wordOf(card.verdict))}`;
  return table([
    cell(line, { size: 17, bold: true, ground: 'surface2', pad: '16px 24px 2px 24px' }),
    cell(`${facts.map(escape).join(' · ')} ${ref(card.ref)}`, {
      ground: 'surface2',
      pad: '0 24px 16px 24px',
    }),
  ]);
}

function decisions({ items }: BlockOf<'decisions'>): string {
  const rows = items.map((item, i) =>
    cell(
      `<strong>${i + 1}. ${mailProse(decisionLead(item))}</strong><br>${mailProse(decisionRest(item))} ${ref(item.ref)}`,
      { pad: '3px 24px 9px 24px' },
    ),
  );
  return heading('Decisions asked') + table(rows.length > 0 ? rows : [cell(noDecision)]);
}

function found(document: ReportDocument): string {
  const review = foundIn(document);
  if (review === null) return '';
  const rows = review.rows.map(({ key, value }) =>
    cell(`<strong>${escape(key)}</strong><br>${mailProse(value)}`, {
      size: 13,
      pad: '6px 24px 6px 24px',
      top: true,
    }),
  );
  return heading(escape(review.title)) + table(rows);
}

/** Each a text row, so that nothing rests on a picture. */
function kpis({ shown, total }: ReturnType<typeof mailIndicators>): string {
  if (total === 0) return '';
  const row = (kpi: KpiRow) => {
    const reason = kpiReason(kpi);
    const facts = `target ${bound(kpi.target, kpi)} · limit ${bound(kpi.limit, kpi)} · prior ${priorOf(kpi)} · ${trend(kpi)}`;
    return (
      cell(
        `<strong>${escape(kpi.label)}</strong><br>${escape(facts)}<br>${reason === null ? '' : `${escape(reason)}; `}${escape(kpi.sample)} ${ref(kpi.ref)}`,
        { size: 13, pad: '8px 12px 8px 24px', width: '68%', top: true },
      ) +
      cell(
        `<strong>${escape(kpiValue(kpi))}</strong><br>${mark(kpi.status)}${escape(wordOf(kpi.status, kpi.acceptedUntil))}`,
        { size: 13, pad: '8px 24px 8px 12px', width: '32%', right: true, top: true },
      )
    );
  };
  const rest =
    total > shown.length
      ? [
          cell(`${shown.length} of ${total} indicators; the rest in the report.`, {
            size: 13,
            colour: 'ink2',
            pad: '6px 24px 0 24px',
          }),
        ]
      : [];
  const note = shown.some(({ touched }) => touched)
    ? [cell(touchedNote, { size: 13, colour: 'ink2', pad: '6px 24px 0 24px' })]
    : [];
  return (
    heading('Indicators') +
    table(shown.map(row)) +
    (rest.length + note.length > 0 ? table([...rest, ...note]) : '')
  );
}

function foot(
  document: ReportDocument,
  context: RenderContext,
  { link, linkUntil, attachmentName, code }: MailOptions,
): string {
  const where = [
    ...(attachmentName === undefined ? [] : [`The whole report is attached: ${escape(attachmentName)}.`]),
    ...(link === undefined ? [] : [linkTo(link, 'Open the report')]),
    ...(linkUntil === undefined ? [] : [escape(linkTerms(document, linkUntil))]),
  ];
  const facts = coverFacts(document, context)
    .slice(4)
    .map(([key, value]) => breakable(`${escape(key)}: ${escape(value)}`));
  return table([
    ...(where.length > 0 ? [cell(where.join('<br>'), { pad: '24px 24px 0 24px' })] : []),
    cell(
      `${facts.join('<br>')}${code === undefined ? '' : `<br>Confirmation code: ${escape(code)}. You may be asked for it, to prove that this mail arrived.`}<br>References in brackets are resolved in the report. You receive this because ${escape(document.tenant)} lists you as a recipient of this report; its administrator can change that.`,
      { size: 12, colour: 'ink3', pad: '18px 24px 24px 24px' },
    ),
  ]);
}
