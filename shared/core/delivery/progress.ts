import type { Report } from '../projections/documents.js';

/** How far a report is, for those who wait for it. */
export type ReportProgress = {
  step: 'freezing' | 'rendering' | 'waiting' | 'approval' | 'delivering' | 'ended';
  mails: { planned: number; ended: number };
};

const over: ReadonlySet<Report['status']> = new Set(['rejected', 'cancelled', 'expired', 'delivered']);

/**
 * The step a report is at, from what is stored of it and what the log says. `waiting`: a packet that may be read and goes to
 * nobody, until what it waits for is there.
 */
export function progressOf(
  made: {
    frozen: boolean;
    rendered: boolean;
    waiting: boolean;
    approvalRequired: boolean;
    recipients: number;
  },
  { status, deliveries }: Pick<Report, 'status' | 'deliveries'>,
): ReportProgress {
  const planned = made.waiting ? 0 : made.recipients;
  const ended = Object.values(deliveries).filter((mail) => mail.status !== 'sending').length;
  const at = (step: ReportProgress['step']): ReportProgress => ({ step, mails: { planned, ended } });
  if (over.has(status)) return at('ended');
  if (!made.frozen) return at('freezing');
  if (!made.rendered) return at('rendering');
  if (made.waiting) return at('waiting');
  if (status === 'rendered' && made.approvalRequired) return at('approval');
  return at(ended >= planned ? 'ended' : 'delivering');
}
