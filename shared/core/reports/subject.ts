import type { ReportDocument } from '../../../schemas/report-document.js';
import { inert } from './escape.js';

/**
 * Subject of a report's mail: `[Harbour Mutual] CSO report, Oct 2026 — Off target`, at most 70 characters, one line whatever
 * the names hold (a CR or LF would begin a header of the sender's own choosing; RFC 5322, 2.2). A discreet one leaves out
 * the verdict, because lock screens show subjects.
 */
export function mailSubject(document: ReportDocument, discreet: boolean): string {
  const period = inert(document.period.label).replace(/^(\p{L}{3})\p{L}+ (\d{4})$/u, '$1 $2');
  const title = `${inert(document.title)}, ${period}`;
  const verdict = discreet ? '' : ` — ${inert(document.verdict.words)}`;
  const room = 70 - `[] ${title}${verdict}`.length;
  return cut(`[${cut(inert(document.tenant), Math.max(8, room))}] ${title}${verdict}`, 70);
}

/** Subject of a notice, which says nothing that a lock screen may not show: `[Harbour Mutual] A report waits …`. */
export const noticeSubject = (tenant: string, title: string): string => {
  const words = inert(title);
  return cut(`[${cut(inert(tenant), Math.max(8, 67 - words.length))}] ${words}`, 70);
};

/** First line a mail client shows beside the subject: the verdict first, 40 to 90 characters where there is so much to say. */
export function mailPreheader(document: ReportDocument, discreet: boolean): string {
  const text = discreet
    ? `${document.title}, ${document.period.label}: confidential; open the mail to read the verdict`
    : `${document.verdict.words}: ${document.verdict.sentence}`;
  const shown = cut(inert(text), 90);
  return shown.endsWith('…') ? `${shown.slice(0, shown.lastIndexOf(' '))}…` : shown;
}

/** By code points, so that no character is halved. */
function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
