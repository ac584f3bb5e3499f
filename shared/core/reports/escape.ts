/** Marks that reorder what follows them (Unicode UAX 9: embeddings, overrides, isolates; CVE-2021-42574) as U+FFFD. */
export const unordered = (text: string): string =>
  text.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/**
 * The text of a report in a form that cannot act: controls and lone surrogates go, line breaks become spaces, and what
 * reorders text is shown as such.
 */
export function inert(text: string): string {
  return unordered(
    text
      .toWellFormed()
      .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
      .replace(/\p{Cc}|[\u200b\u2060\ufeff]/gu, ''),
  );
}

/** Days, with or without their year, stay on one line: their spaces become U+00A0. */
export const keepDates = (text: string): string =>
  text.replace(
    /\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b(?: (\d{4})\b)?/g,
    (_, date: string, month: string, year?: string) => [date, month, ...(year ? [year] : [])].join('\u00a0'),
  );

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, SVG and XML, in element content and in quoted attributes alike. Nothing else writes text there. */
export const escape = (text: string): string =>
  keepDates(inert(text)).replace(/[&<>"']/g, (c) => entities[c] ?? c);

/** Ids such as F-0231, F-c142cc93f6 and those of reports, which a line must not break at their hyphens. */
const ids = /\b(?:[A-Z]{1,4}-(?:\d[\w-]*|[0-9a-f]{6,}\b)|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)/g;

/**
 * Text for HTML element content (not for attributes) under the reports' stylesheet, its ids kept whole. No style of its own:
 * where the console shows a report, the policy lets in that stylesheet alone.
 */
export const prose = (text: string): string => escape(text).replace(ids, '<span class="id">$&</span>');

/** HTML of a mail that stays on one line; a mail has no stylesheet. */
export const unbroken = (html: string): string => `<span style="white-space:nowrap">${html}</span>`;

/** HTML of a mail that may break within a word, where a digest would be wider than a telephone. */
export const breakable = (html: string): string => `<span style="word-break:break-word">${html}</span>`;

/** As `prose`, for a mail. */
export const mailProse = (text: string): string => escape(text).replace(ids, (id) => unbroken(id));
