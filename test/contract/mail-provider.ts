import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { MailMessage, MailProvider } from '../../shared/ports.js';

export const messageOf = (operationId: string = randomUUID()): MailMessage => ({
  operationId,
  firstSentAt: '2026-11-24T09:00:00.000Z',
  to: { address: 'ciso@acme.example', displayName: 'CISO' },
  subject: 'AI posture',
  html: '<p>Posture</p>',
  text: 'Posture',
  attachments: [
    { name: 'report.pdf', contentType: 'application/pdf', bytes: new Uint8Array([37, 80, 68, 70]) },
  ],
});

/** What every mail provider promises. `count` is how many mails of an operation went out. */
export function mailProviderContract(mail: () => MailProvider, count: (operationId: string) => number): void {
  describe('a mail provider', () => {
    it('takes a mail, and then knows its operation', async () => {
      const message = messageOf();
      expect(await mail().status(message.operationId)).toBeNull();
      expect(await mail().send(message)).toEqual({ status: 'accepted' });
      expect(await mail().status(message.operationId)).not.toBeNull();
      expect(count(message.operationId)).toBe(1);
    });

    it('does not promise to deduplicate: the same operation sent twice is two mails', async () => {
      const message = messageOf();
      await mail().send(message);
      await mail().send(message);
      expect(count(message.operationId)).toBe(2);
    });
  });
}
