import type { Block, BlockOf, TableBlock } from '../../../schemas/report-blocks.js';
import { referencesIn, type RenderContext, type ReportDocument } from '../../../schemas/report-document.js';
import type { Ref } from '../../../schemas/report-figures.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { inert } from '../../core/reports/escape.js';
import { number, trend } from '../../core/reports/format.js';
import { markOf, statusOfVerdict, wordOf } from '../../core/reports/marks.js';
import {
  bound,
  cellText,
  columnTitle,
  coverFacts,
  cutNote,
  decisionLead,
  decisionRest,
  kpiReason,
  kpiValue,
  layerTitle,
  noDecision,
  periodOf,
  priorOf,
  headLine,
  refWords,
  rightAligned,
  scoreFacts,
  standing,
  touchedNote,
  withheldReferences,
} from '../../core/reports/sentences.js';

/** Text that Markdown does not read: every mark of its own is escaped, HTML included, and a cell keeps to its line. */
const plain = (text: string): string => inert(text).replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&');

/** `plain`, where a line may begin: `1.`, `+` and `-` would begin a list. */
const opening = (text: string): string => plain(text).replace(/^(\d+)([.)])|^([+-])/, '$1\\$2$3');

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (titles: readonly string[], right: readonly boolean[], rows: readonly string[][]): string[] => [
  row(titles),
  row(right.map((is) => (is ? '---:' : '---'))),
  ...rows.map(row),
];
const status = (value: Parameters<typeof wordOf>[0], until?: string): string =>
  `${markOf(value).text} ${plain(wordOf(value, until))}`;
const refs = (ref: Ref | undefined): string => (ref ? plain(refWords(ref)) : '');

/** The report as Markdown (CommonMark with tables): the same facts in the same order, charts as the numbers they draw. */
export function renderMarkdown(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  const { verdict, issue } = document;
  const mark = markOf(statusOfVerdict(verdict.code)).text;
  const parts = [
    `**${plain(headLine(document))}**`,
    `# ${plain(document.title)}, ${plain(document.period.label)}`,
    `${plain(document.tenant)} · ${plain(document.scope)} · ${plain(periodOf(document))} · ${plain(standing(document))}`,
    `${mark} **${plain(verdict.words)}** — ${plain(document.period.label)}`,
    `**${opening(verdict.sentence)}**`,
    ...(issue.state === 'issued' ? [] : [`**${opening(issue.text)}**`]),
    ...document.blocks.map((block) => blockText(block, document)),
    '## How to check this report',
    coverFacts(document, context)
      .map(([key, value]) => `- **${plain(key)}**: ${plain(value)}`)
      .join('\n'),
  ];
  return Promise.resolve(utf8(`${parts.filter((part) => part !== '').join('\n\n')}\n`));
}

function blockText(block: Block, document: ReportDocument): string {
  switch (block.kind) {
    case 'verdict':
      return block.beside.map(opening).join('\n\n');
    case 'messages':
      return block.items.map(({ text, ref }, i) => `${i + 1}. ${opening(text)}${refs(ref)}`).join('\n');
    case 'scoreCard':
      return scoreText(block);
    case 'decisions':
      return `## Decisions asked\n\n${decisionsText(block)}`;
    case 'kpiTable':
      return kpiText(block);
    case 'layers':
      return `${plain(block.caption)}\n\n${layersText(block)}`;
    case 'table':
      return registerText(block);
    case 'list':
      return block.items
        .map(({ text, ref }, i) => `${block.ordered ? `${i + 1}.` : '-'} ${opening(text)}${refs(ref)}`)
        .join('\n');
    case 'paragraph':
      return `${opening(block.text)}${refs(block.ref)}`;
    case 'heading':
      return `${'#'.repeat(block.level)} ${plain(block.text)}`;
    case 'keyValues':
      return block.rows
        .map(({ key, value, ref }) => `- **${plain(key)}**: ${plain(value)}${refs(ref)}`)
        .join('\n');
    case 'chart':
      return `${plain(block.caption)}: ${chartText(block)}${refs(block.ref)}`;
    case 'references':
      return referencesText(document);
  }
}

function scoreText(card: BlockOf<'scoreCard'>): string {
  const { score, facts } = scoreFacts(card);
  return `**Control score ${plain(score)}** · ${status(card.verdict)} · ${facts.map(plain).join(' · ')}${refs(card.ref)}`;
}

const decisionsText = ({ items }: BlockOf<'decisions'>): string =>
  items.length === 0
    ? noDecision
    : items
        .map(
          (item, i) =>
            `${i + 1}. **${plain(decisionLead(item))}** ${plain(decisionRest(item))}${refs(item.ref)}`,
        )
        .join('\n');

function kpiText({ caption, rows }: BlockOf<'kpiTable'>): string {
  const titles = ['Indicator', 'Value', 'Target', 'Limit', 'Prior', 'Trend', 'Sample', 'Status', 'Reference'];
  const lines = table(
    titles,
    titles.map((title) => ['Value', 'Target', 'Limit', 'Prior'].includes(title)),
    rows.map((r) => [
      plain(r.label),
      [kpiValue(r), kpiReason(r)].flatMap((part) => (part === null ? [] : [plain(part)])).join(' — '),
      plain(bound(r.target, r)),
      plain(bound(r.limit, r)),
      plain(priorOf(r)),
      plain(trend(r)),
      plain(`${r.sample}${r.better === 'lower' ? ' · lower is better' : ''}`),
      status(r.status, r.acceptedUntil),
      plain(r.ref.label),
    ]),
  );
  const note = rows.some(({ touched }) => touched) ? `\n\n${touchedNote}` : '';
  return `${plain(caption)}\n\n${lines.join('\n')}${note}`;
}

const layersText = ({ rows }: BlockOf<'layers'>): string =>
  table(
    ['Layer', 'Question', 'Good when', 'Counts', 'Worst item', 'Status', 'Reference'],
    Array.from({ length: 7 }, () => false),
    rows.map((r) => [
      layerTitle(r.layer),
      plain(r.question),
      plain(r.signal),
      plain(r.counts),
      plain(r.worst ?? 'none'),
      status(r.status),
      plain(r.ref.label),
    ]),
  ).join('\n');

function registerText({ caption, columns, rows, totals, empty, truncated }: TableBlock): string {
  if (rows.length === 0) return `${plain(caption)}\n\n${opening(empty)}`;
  const lines = [...rows, ...(totals ? [totals] : [])].map((cells) =>
    cells.map((cell, i) => {
      const column = columns[i];
      if (!column) return '';
      const text = cell.kind === 'status' ? status(cell.status, cell.until) : plain(cellText(cell, column));
      return cell.kind !== 'ref' && 'ref' in cell ? `${text}${refs(cell.ref)}` : text;
    }),
  );
  const body = table(
    columns.map((column) => plain(columnTitle(column))),
    columns.map(rightAligned),
    lines,
  );
  return `${plain(caption)}\n\n${body.join('\n')}${truncated ? `\n\n${plain(cutNote(truncated))}` : ''}`;
}

function chartText({ chart }: BlockOf<'chart'>): string {
  if (chart.type === 'bullet') return plain(`${chart.row.label} ${kpiValue(chart.row)}`);
  if (chart.type === 'strip')
    return chart.segments.map(({ status: s, count }) => `${status(s)} ${number(count)}`).join(', ');
  return chart.points
    .map(({ label, value }) => plain(`${label} ${value === null ? 'not observed' : number(value, 1)}`))
    .join(', ');
}

function referencesText(document: ReportDocument): string {
  const unique = new Map(referencesIn(document.blocks).map(({ label, href }) => [label, href]));
  if (unique.size === 0) return withheldReferences;
  return [...unique]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([label, href]) => `- ${plain(label)}: \`${href.replaceAll('`', '')}\``)
    .join('\n');
}
