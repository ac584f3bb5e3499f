import type { MailMessage, MailProvider, SendOutcome } from '../../ports.js';

export type MemoryMail = MailProvider & {
  /** Every mail that went out, in order. Like a real provider it never deduplicates. */
  readonly sent: readonly MailMessage[];
  /** Outcome of coming sends, by message; null lets the mail go out. A send answered otherwise is not recorded. */
  answerWith(answer: (message: MailMessage) => SendOutcome | null): void;
};

/** A provider that keeps what it is given. */
export function memoryMail(name: MailProvider['name'] = 'acs'): MemoryMail {
  const sent: MailMessage[] = [];
  let answer: (message: MailMessage) => SendOutcome | null = () => null;
  return {
    name,
    sender: name === 'export' ? null : 'example.com',
    transport: 'tls',
    afterLoss: 'ask',
    sent,
    answerWith(next) {
      answer = next;
    },
    send(message) {
      const outcome = answer(message);
      if (outcome !== null) return Promise.resolve(outcome);
      sent.push(structuredClone(message));
      return Promise.resolve({ status: 'accepted' });
    },
    status(operationId) {
      const found = sent.some((message) => message.operationId === operationId);
      return Promise.resolve(found ? 'succeeded' : null);
    },
  };
}
