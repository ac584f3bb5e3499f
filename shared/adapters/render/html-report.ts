import type { Block } from '../../../schemas/report-blocks.js';
import type { RenderContext, ReportDocument } from '../../../schemas/report-document.js';
import { utf8 } from '../../core/kernel/bytes.js';
import { escape, prose } from '../../core/reports/escape.js';
import { style } from '../../core/reports/html-style.js';
import { statusOfVerdict } from '../../core/reports/marks.js';
import {
  coverFacts,
  headLine,
  periodOf,
  provenance,
  provenanceFoot,
  standing,
} from '../../core/reports/sentences.js';
import { markSvg } from '../../core/reports/svg.js';
import { toneOf } from '../../core/reports/tokens.js';
import { htmlBlock } from './html-blocks.js';

/** No script, no frame, no request: a report opened from a mail can reach nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The report as one self-contained file: UTF-8 HTML, no script, no external request, light and dark, screen and print. */
export function renderHtml(document: ReportDocument, context: RenderContext): Promise<Uint8Array> {
  const foot = provenanceFoot(context);
  const title = `${document.title}, ${document.period.label} — ${document.tenant}`;
  const facts = coverFacts(document, context)
    .map(([key, value]) => `<dt>${escape(key)}</dt><dd>${escape(value)}</dd>`)
    .join('');
  return Promise.resolve(
    utf8(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">` +
        `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">` +
        `<meta name="referrer" content="no-referrer"><title>${escape(title)}</title><style>${style}</style></head><body>` +
        `<a class="skip" href="#report">Skip to the report</a>` +
        `<header><p class="marking"><strong>${escape(headLine(document))}</strong><span>${escape(document.tenant)}</span></p></header>` +
        `<main id="report"><h1>${escape(document.title)}, ${escape(document.period.label)}</h1>` +
        `<p class="under">${escape(document.tenant)} · ${escape(document.scope)}<br>${escape(periodOf(document))} · ${escape(standing(document))}</p>` +
        `${body(document)}<h2>How to check this report</h2><dl>${facts}</dl></main>` +
        `<footer><p>${escape(provenance(document))} · ${escape(foot.document)} · ${escape(foot.key)} · ${escape(foot.checkpoint)}</p></footer></body></html>\n`,
    ),
  );
}

/** The verdict first; messages and score beside each other; the rest in the order of reading. */
function body(document: ReportDocument): string {
  const parts: string[] = [];
  const { blocks } = document;
  for (let i = 0; i < blocks.length; i += 1) {
    const block = blocks[i] as Block;
    const next = blocks[i + 1];
    if (block.kind === 'verdict') parts.push(verdict(document, block.beside));
    else if (block.kind === 'messages' && next?.kind === 'scoreCard') {
      parts.push(
        `<div class="front">${htmlBlock(block, i, document)}${htmlBlock(next, i + 1, document)}</div>`,
      );
      i += 1;
    } else parts.push(htmlBlock(block, i, document));
  }
  return parts.join('');
}

function verdict(document: ReportDocument, beside: readonly string[]): string {
  const { code, words, sentence } = document.verdict;
  const status = statusOfVerdict(code);
  const { issue } = document;
  const qualification =
    issue.state === 'issued' ? '' : `<p class="qualified"><strong>${prose(issue.text)}</strong></p>`;
  const notes = beside.map((note) => `<p class="beside">${prose(note)}</p>`).join('');
  return (
    `<section class="verdict ${toneOf(status)}" aria-label="Verdict"><p class="words ${toneOf(status)}">${markSvg(status, 18)}${escape(words)} — ${escape(document.period.label)}</p>` +
    `<p class="why">${prose(sentence)}</p>${qualification}${notes}</section>`
  );
}
