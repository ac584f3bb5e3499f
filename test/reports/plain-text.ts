import type { Block } from '../../schemas/report-blocks.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { trend } from '../../shared/core/reports/format.js';
import { wordOf } from '../../shared/core/reports/marks.js';
import {
  bound,
  cellText,
  columnTitle,
  cutNote,
  decisionLead,
  decisionRest,
  kpiReason,
  kpiValue,
  noDecision,
  priorOf,
  provenance,
  scoreFacts,
  standing,
} from '../../shared/core/reports/sentences.js';

/** What a document says, as plain lines: for reading a change of wording in a diff, not for sending. */
export function plainText(document: ReportDocument): string {
  const { issue, verdict } = document;
  const head = [
    provenance(document),
    `${document.title}, ${document.period.label}, ${document.tenant}`,
    standing(document),
    `${verdict.words}: ${verdict.sentence}`,
    ...(issue.state === 'issued' ? [] : [issue.text]),
  ];
  const lines = [...head, ...document.blocks.flatMap(linesOf)];
  return `${lines.join('\n').replaceAll('\u00a0', ' ')}\n`;
}

function linesOf(block: Block): string[] {
  switch (block.kind) {
    case 'verdict':
      return block.beside;
    case 'messages':
      return block.items.map(({ text, ref }, i) => `${i + 1}. ${text} [${ref.label}]`);
    case 'scoreCard': {
      const { score, facts } = scoreFacts(block);
      return [`Score ${score}; ${facts.join('; ')}`];
    }
    case 'decisions':
      return block.items.length === 0
        ? [noDecision]
        : block.items.map((item) => `${decisionLead(item)} ${decisionRest(item)} [${item.ref.label}]`);
    case 'layers':
      return block.rows.map(
        ({ layer, status, counts, worst }) => `${layer}: ${wordOf(status)}; ${counts}; ${worst ?? 'none'}`,
      );
    case 'heading':
      return ['', `${'#'.repeat(block.level)} ${block.text}`];
    case 'paragraph':
      return [block.text];
    case 'list':
      return block.items.map(({ text, ref }) => `- ${text}${ref ? ` [${ref.label}]` : ''}`);
    case 'keyValues':
      return block.rows.map(({ key, value }) => `${key}: ${value}`);
    case 'kpiTable':
      return [
        block.caption,
        ...block.rows.map((row) =>
          [
            `${row.id} ${row.label}`,
            [kpiValue(row), kpiReason(row)].filter((part) => part !== null).join(' — '),
            `target ${bound(row.target, row)}`,
            `limit ${bound(row.limit, row)}`,
            `prior ${priorOf(row)}`,
            trend(row),
            row.sample,
            wordOf(row.status),
          ].join(' | '),
        ),
      ];
    case 'table': {
      const { columns, rows, totals, truncated, caption, empty } = block;
      const line = (cells: (typeof rows)[number]) =>
        cells.map((cell, i) => (columns[i] ? cellText(cell, columns[i]) : '')).join(' | ');
      return [
        caption,
        columns.map(columnTitle).join(' | '),
        ...(rows.length === 0 ? [empty] : rows.map(line)),
        ...(totals ? [line(totals)] : []),
        ...(truncated ? [cutNote(truncated)] : []),
      ];
    }
    case 'chart':
      return [block.caption];
    case 'references':
      return [];
  }
}
