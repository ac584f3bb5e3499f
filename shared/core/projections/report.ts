import type { OpenFindings } from './facts.js';
import type { LastMail, MailOutcome } from './mail-outcome.js';

type ReportStatus =
  'requested' | 'rendered' | 'approved' | 'rejected' | 'cancelled' | 'expired' | 'delivered' | 'undelivered';

/** A report's life as the log tells it. */
export type Report = {
  id: string;
  kind: 'report';
  /** Never due: time alone changes nothing of it. */
  dueAt?: string;
  name: string;
  reportType: string;
  requestedAt: string;
  status: ReportStatus;
  /** As far as its own events tell, without its mails. */
  step: ReportStatus;
  documentDigest?: string;
  /** Operation id → where it stands. */
  deliveries: Record<
    string,
    {
      recipient: string;
      status: 'sending' | 'delivered' | 'bounced' | 'failed' | 'unconfirmed' | 'not_sent';
      at: string;
      /** The evidence that says so. */
      by: string;
      /** A person took up the dead letter. */
      resumed?: true;
    }
  >;
  rank: string;
};

/** One mail of a report: what a search of deliveries finds. But for `outcome` it follows from the report's own record. */
export type Delivery = {
  id: string;
  kind: 'delivery';
  /** Never due: time alone changes nothing of it. */
  dueAt?: string;
  operation: string;
  report: string;
  reportType: string;
  /** Pseudonym. */
  recipient: string;
  status: Report['deliveries'][string]['status'];
  /** When it was intended; absent while the log does not tell. */
  sentAt?: string;
  /** Whether it arrived; absent before anything is said of that. */
  outcome?: MailOutcome;
  /** When it came to where it stands. */
  at: string;
  /** `sentAt`, or without it `at`: lists are in order of time. */
  rank: string;
};

/** Whom mails went to: whether the last one arrived, and the finding while it did not. */
export type Recipient = {
  id: string;
  kind: 'recipient';
  /** Never due: time alone changes nothing of it. */
  dueAt?: string;
  /** Pseudonym. */
  name: string;
  last: LastMail;
  findings: OpenFindings;
};
