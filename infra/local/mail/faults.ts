/** What a request is about, as fault matchers see it. */
export type MailRequest = {
  operation: 'send' | 'status';
  operationId: string | undefined;
  /** Addresses of all recipients of a send; empty for a status request. */
  recipients: string[];
};

/**
 * A fault on demand. `before` (the default of a status) means that nothing was accepted. `after` means that
 * the mail was accepted and stored, and then the status is answered instead of 202, the connection is lost,
 * or the call runs before the answer goes out. `times` says how many matching requests meet it.
 */
export type MailFault = {
  match: (request: MailRequest) => boolean;
  effect:
    | { status: 429 | 500 | 503; retryAfterSeconds?: number; when?: 'before' | 'after' }
    | { drop: 'before' | 'after' }
    | { call: (request: MailRequest) => void | Promise<void>; when: 'before' | 'after' };
  times: number;
};

export type MailFaults = {
  /** Adds a fault behind those already there; the answer removes it. */
  add(fault: MailFault): () => void;
  /** The first fault that this request meets, counted as met. */
  meet(request: MailRequest): MailFault['effect'] | undefined;
};

export const openFaults = (): MailFaults => {
  const faults = new Set<{ fault: MailFault; left: number }>();
  return {
    add: (fault) => {
      const entry = { fault, left: fault.times };
      faults.add(entry);
      return () => void faults.delete(entry);
    },
    meet: (request) => {
      for (const entry of faults) {
        if (entry.left <= 0 || !entry.fault.match(request)) continue;
        entry.left -= 1;
        return entry.fault.effect;
      }
      return undefined;
    },
  };
};

export const momentOf = (effect: MailFault['effect']): 'before' | 'after' =>
  'drop' in effect ? effect.drop : (effect.when ?? 'before');
