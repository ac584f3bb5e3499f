import type { EightReports } from '../../../schemas/events/service.js';
import { instant } from '../reports/format.js';
import { reportTitles } from '../reports/titles.js';
import { endedWords, type EndedGrant, type NoticeWords } from './ended-grants.js';

/**
 * What the service asks somebody to look at: facts from which the mail's words follow, and none of what a report or a
 * finding says. Kept when it is raised: a mail sent again is the same mail.
 */
export type Notice =
  | {
      kind: 'approval_waiting';
      report: string;
      reportType: EightReports | 'delivery-validation';
      /** Name of the report's period. */
      period: string;
      /** Instant at which the report expires without an approval. */
      expiresAt: string;
    }
  | { kind: 'grants_ended'; grants: readonly EndedGrant[] };

/** The words of a notice. */
export function noticeWords(notice: Notice): NoticeWords {
  switch (notice.kind) {
    case 'approval_waiting': {
      const { reportType, period, report, expiresAt } = notice;
      const name = reportType === 'delivery-validation' ? 'Delivery validation' : reportTitles[reportType];
      return {
        title: 'A report waits for your approval',
        says: [
          `${name}, ${period}: half of the time for its approval is over.`,
          `Without a decision by ${instant(expiresAt)} it expires and goes to nobody.`,
          `Sign in to approve or reject it. Report ${report}.`,
        ],
        path: ['reports', report],
      };
    }
    case 'grants_ended':
      return endedWords(notice.grants);
  }
}
