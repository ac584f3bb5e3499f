/** A report's life as the log tells it. */
export type Report = {
  id: string;
  kind: 'report';
  /** Never due: time alone changes nothing of it. */
  dueAt?: string;
  name: string;
  reportType: string;
  requestedAt: string;
  status:
    | 'requested'
    | 'rendered'
    | 'approved'
    | 'rejected'
    | 'cancelled'
    | 'expired'
    | 'delivered'
    | 'undelivered';
  documentDigest?: string;
  /** Operation id → where it stands. */
  deliveries: Record<
    string,
    {
      recipient: string;
      status: 'sending' | 'delivered' | 'bounced' | 'failed' | 'unconfirmed' | 'not_sent';
      at: string;
      /** A person took up the dead letter. */
      resumed?: true;
    }
  >;
  rank: string;
};

/** One mail of a report: what a search of deliveries finds. It follows from the report's own record of it. */
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
  /** When it came to where it stands. */
  at: string;
  /** `sentAt`, or without it `at`: lists are in order of time. */
  rank: string;
};
