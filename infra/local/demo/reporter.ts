import type { Outbox } from './outbox.js';
import type { CloudEvent, SignedEvent, Signer } from './signer.js';

export type Reporter = {
  /** An instant that is later than every one given before: of two verdicts on one action it must show which counts. */
  now(): string;
  /** Signs an event and hands it to the outbox. Without a time it happened now. */
  report(
    type: string,
    data: Record<string, unknown>,
    at?: { time?: string; subject?: string },
  ): Promise<SignedEvent>;
  /** Resolves when everything reported so far has been acknowledged. */
  settled(): Promise<void>;
};

/** What a source of evidence does: name, time and sign each event, and send it. */
export const openReporter = (options: {
  source: string;
  tenant: string;
  environment: string;
  /** Prefix of event ids: unique for each run, so that a second run reports new events. */
  run: string;
  signer: Signer;
  outbox: Outbox;
}): Reporter => {
  let last = 0;
  let count = 0;
  const now = (): string => {
    last = Math.max(Date.now(), last + 1);
    return new Date(last).toISOString();
  };
  return {
    now,
    report: async (type, data, at = {}) => {
      count += 1;
      const event: CloudEvent = {
        specversion: '1.0',
        id: `${options.run}-${String(count).padStart(4, '0')}`,
        source: options.source,
        type: `aispm.${type}`,
        time: at.time ?? now(),
        ...(at.subject === undefined ? {} : { subject: at.subject }),
        datacontenttype: 'application/json',
        tenantid: options.tenant,
        environment: options.environment,
        data,
      };
      const signed = await options.signer.sign(event);
      options.outbox.put(signed);
      return signed;
    },
    settled: () => options.outbox.flush(),
  };
};
