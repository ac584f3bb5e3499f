import type { Block, BlockOf, Cell, Column, TableBlock } from '../../../schemas/report-blocks.js';
import { referencesIn, type ReportDocument } from '../../../schemas/report-document.js';
import type { KpiRow, Ref, Status } from '../../../schemas/report-figures.js';
import { axis, bullet, scaleMax } from '../../core/reports/bullet.js';
import { sparkline, strip } from '../../core/reports/charts.js';
import { nice } from '../../core/reports/drawing.js';
import { escape, prose } from '../../core/reports/escape.js';
import { number, trend } from '../../core/reports/format.js';
import { wordOf } from '../../core/reports/marks.js';
import {
  bound,
  cellText,
  columnTitle,
  cutNote,
  decisionLead,
  decisionRest,
  kpiReason,
  kpiValue,
  layerTitle,
  noDecision,
  priorOf,
  rightAligned,
  scoreFacts,
  sparkEnds,
  touchedNote,
  unitGroups,
  withheldReferences,
} from '../../core/reports/sentences.js';
import { markSvg, svg } from '../../core/reports/svg.js';
import { toneOf } from '../../core/reports/tokens.js';

const barWidth = 240;

/** Anchor of a reference in the list at the end; labels are unique for their path. */
const anchor = (label: string): string =>
  `ref-${Array.from(label, (c) => (/[A-Za-z0-9]/.test(c) ? c : `_${(c.codePointAt(0) ?? 0).toString(16)}`)).join('')}`;

export const refLink = (ref: Ref | undefined): string =>
  ref && ref.href !== null ? `<a class="ref" href="#${anchor(ref.label)}">${escape(ref.label)}</a>` : '';

const status = (value: Status, until?: string): string =>
  `<span class="status ${toneOf(value)}">${markSvg(value, 10)}${escape(wordOf(value, until))}</span>`;

/** A table in its own scroller, so that a narrow page never scrolls sideways; reachable by keyboard. */
const scroller = (label: string, table: string): string =>
  `<div class="scroller" tabindex="0" role="region" aria-label="${escape(label)}">${table}</div>`;

/** HTML of a block. `index` makes ids of drawings unique within the document. */
export function htmlBlock(block: Block, index: number, document: ReportDocument): string {
  switch (block.kind) {
    case 'verdict':
      return '';
    case 'messages':
      return `<section><h2>Messages</h2><ol class="messages">${block.items.map(({ text, ref }) => `<li>${prose(text)} ${refLink(ref)}</li>`).join('')}</ol></section>`;
    case 'scoreCard':
      return scoreCard(block, index);
    case 'decisions':
      return `<section class="asked"><h2>Decisions asked</h2>${decisions(block)}</section>`;
    case 'kpiTable':
      return kpiTable(block, index);
    case 'layers':
      return layers(block);
    case 'table':
      return table(block);
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag} class="plain">${block.items.map(({ text, ref }) => `<li>${prose(text)} ${refLink(ref)}</li>`).join('')}</${tag}>`;
    }
    case 'paragraph':
      return `<p>${prose(block.text)} ${refLink(block.ref)}</p>`;
    case 'heading':
      return `<h${block.level}${block.newPage ? ' class="page"' : ''}>${escape(block.text)}</h${block.level}>`;
    case 'keyValues':
      return `<dl>${block.rows.map(({ key, value, ref }) => `<dt>${escape(key)}</dt><dd>${escape(value)} ${refLink(ref)}</dd>`).join('')}</dl>`;
    case 'chart':
      return `<figure><figcaption>${escape(block.caption)} ${refLink(block.ref)}</figcaption>${chart(block, index)}</figure>`;
    case 'references':
      return references(document);
  }
}

function scoreCard(block: BlockOf<'scoreCard'>, index: number): string {
  const { score, observed, facts } = scoreFacts(block);
  const value = observed
    ? `<p class="value">${score} <small>of 100 points</small></p>`
    : `<p class="value unknown">${escape(score)}</p>`;
  const line = sparkline(block.spark, block.targetTenths / 10, 100);
  const history = line
    ? withEnds(svg(line, `c${index}`, 'Score by period'), sparkEnds(block.spark, 'points'))
    : '<span class="small">no history yet</span>';
  return `<section class="score"><h2>Control score ${refLink(block.ref)}</h2>${value}${status(block.verdict)}<ul>${facts.map((fact) => `<li>${escape(fact)}</li>`).join('')}</ul>${history}</section>`;
}

function decisions({ items }: BlockOf<'decisions'>): string {
  if (items.length === 0) return `<p>${noDecision}</p>`;
  const item = (d: (typeof items)[number]) =>
    `<li><strong>${prose(decisionLead(d))}</strong>${prose(decisionRest(d))} ${refLink(d.ref)}</li>`;
  return `<ol class="decisions">${items.map(item).join('')}</ol>`;
}

function kpiTable({ caption, rows }: BlockOf<'kpiTable'>, index: number): string {
  const titles = [
    'Indicator and sample',
    'Value',
    'Against target and limit',
    'Target, limit',
    'Prior, trend',
    'History',
    'Status',
  ];
  const right = new Set(['Value', 'Target, limit', 'Prior, trend']);
  const head = titles.map((t) => `<th scope="col"${right.has(t) ? ' class="r"' : ''}>${t}</th>`).join('');
  const body = unitGroups(rows).flatMap(({ rows: group, max }, g) =>
    group.map((row, i) => {
      const scale = i === group.length - 1 ? svg(axis(barWidth, max, row.unit === 'percent' ? '%' : '')) : '';
      return kpiRow(row, `c${index}-${g}-${i}`, max, scale);
    }),
  );
  const note = rows.some(({ touched }) => touched) ? `<p class="note">${touchedNote}</p>` : '';
  return `${scroller(caption, `<table class="kpi"><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`)}${note}`;
}

function kpiRow(row: KpiRow, id: string, max: number, scale: string): string {
  const reason = kpiReason(row);
  const value = `${escape(kpiValue(row))}${reason === null ? '' : `<span class="small">${escape(reason)}</span>`}`;
  const direction = row.better === 'lower' ? ' · lower is better' : '';
  const stacked = (first: string, second: string) =>
    `<td class="r">${escape(first)}<br>${escape(second)}</td>`;
  return (
    `<tr><th scope="row"><strong>${escape(row.label)}</strong><span class="small">${escape(row.sample)}${direction} ${refLink(row.ref)}</span></th>` +
    `<td class="r">${value}</td><td class="bar">${svg(bullet(row, barWidth, max), id, row.label)}${scale}</td>` +
    `${stacked(bound(row.target, row), bound(row.limit, row))}${stacked(priorOf(row), trend(row))}` +
    `<td>${history(row, `${id}h`, max)}</td><td>${status(row.status, row.acceptedUntil)}</td></tr>`
  );
}

function history(row: KpiRow, id: string, max: number): string {
  const line = sparkline(row.spark, row.target, max);
  if (!line) return '<span class="small">no history yet</span>';
  return withEnds(svg(line, id, `${row.label} by period`), sparkEnds(row.spark, row.unit));
}

const withEnds = (line: string, [first, last]: [string, string]): string =>
  `<span class="spark">${escape(first)}${line}${escape(last)}</span>`;

function layers({ caption, rows }: BlockOf<'layers'>): string {
  const body = rows.map(
    (row) =>
      `<tr><th scope="row"><strong>${layerTitle(row.layer)}</strong><span class="small">${escape(row.question)}</span></th>` +
      `<td>${escape(row.signal)}</td><td>${escape(row.counts)}</td><td>${prose(row.worst ?? 'none')}</td><td>${status(row.status)}</td><td>${refLink(row.ref)}</td></tr>`,
  );
  const head = ['Layer', 'Good when', 'Counts', 'Worst item', 'Status', 'Reference'].map(
    (t) => `<th scope="col">${t}</th>`,
  );
  return scroller(
    caption,
    `<table><caption>${escape(caption)}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`,
  );
}

function table({ caption, columns, rows, totals, empty, truncated }: TableBlock): string {
  const right = (column: Column) => (rightAligned(column) ? ' class="r"' : '');
  const head = columns.map((c) => `<th scope="col"${right(c)}>${escape(columnTitle(c))}</th>`).join('');
  const line = (cells: readonly Cell[]) =>
    `<tr>${cells.map((cell, i) => tableCell(cell, columns[i], i === 0)).join('')}</tr>`;
  const body =
    rows.length > 0
      ? rows.map(line).join('')
      : `<tr><td colspan="${columns.length}">${escape(empty)}</td></tr>`;
  const foot = totals && rows.length > 0 ? `<tfoot>${line(totals)}</tfoot>` : '';
  const cut = truncated ? `<p class="note">${escape(cutNote(truncated))}</p>` : '';
  return `${scroller(caption, `<table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody>${foot}</table>`)}${cut}`;
}

function tableCell(cell: Cell, column: Column | undefined, first: boolean): string {
  if (!column) return '';
  const text = escape(cellText(cell, column));
  const kind = rightAligned(column)
    ? 'r'
    : cell.kind === 'text'
      ? 'long'
      : cell.kind === 'digest'
        ? 'id'
        : '';
  const open = first ? 'th scope="row"' : 'td';
  return `<${open}${kind ? ` class="${kind}"` : ''}>${content(cell, text)}</${first ? 'th' : 'td'}>`;
}

function content(cell: Cell, text: string): string {
  if (cell.kind === 'status') return status(cell.status, cell.until);
  if (cell.kind === 'ref') return refLink(cell.ref) || escape(cell.ref.label);
  if (cell.kind === 'instant') return `<time datetime="${escape(cell.at)}">${text}</time>`;
  if (cell.kind === 'strip') return `${svg(strip(cell.segments, 84))}`;
  const ref = 'ref' in cell ? cell.ref : undefined;
  return ref ? `${text} ${refLink(ref)}` : text;
}

function chart({ chart: data, caption }: BlockOf<'chart'>, index: number): string {
  const id = `c${index}`;
  if (data.type === 'bullet') {
    const max = scaleMax([data.row]);
    return (
      svg(bullet(data.row, barWidth, max), id, caption) +
      svg(axis(barWidth, max, data.row.unit === 'percent' ? '%' : ''))
    );
  }
  if (data.type === 'sparkline') {
    const values = data.points.map(({ value }) => value ?? 0);
    const line = sparkline(data.points, data.target, nice(1.1 * Math.max(...values, data.target ?? 0)));
    return line ? svg(line, id, caption) : '<p>no history yet</p>';
  }
  const counts = data.segments.map((s) => `${status(s.status)} ${number(s.count)}`).join(' · ');
  return `${svg(strip(data.segments, barWidth), id, caption)}<p>${counts}</p>`;
}

function references(document: ReportDocument): string {
  const unique = new Map(referencesIn(document.blocks).map((ref) => [ref.label, ref.href]));
  const entry = ([label, href]: [string, string]) =>
    `<dt id="${anchor(label)}">${escape(label)}</dt><dd><code>${escape(href)}</code></dd>`;
  return unique.size === 0
    ? `<p>${withheldReferences}</p>`
    : `<dl>${[...unique].sort(byLabel).map(entry).join('')}</dl>`;
}

/** Code unit order: the same everywhere. */
const byLabel = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);
