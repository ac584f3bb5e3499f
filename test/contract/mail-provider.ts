import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { MailMessage, MailProvider } from '../../shared/ports.js';
import { tenantNamed } from '../tenants.js';

export const messageOf = (operationId: string = randomUUID()): MailMessage => ({
  tenantId: tenantNamed('acme'),
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
    it('takes a mail, and says no more than it knows: that it has it, or that it is there', async () => {
      const message = messageOf();
      expect(['accepted', 'delivered']).toContain((await mail().send(message)).status);
      expect(count(message.operationId)).toBe(1);
    });

    it('knows an operation that it took and no other, where it can be asked at all', async () => {
      const message = messageOf();
      expect(await mail().status(message.operationId)).toBeNull();
      await mail().send(message);
      expect((await mail().status(message.operationId)) !== null).toBe(mail().afterLoss === 'ask');
    });

    it('sends the same operation twice as two mails, but where it says that a repeat is the same mail', async () => {
      const message = messageOf();
      await mail().send(message);
      await mail().send(message);
      expect(count(message.operationId)).toBe(mail().afterLoss === 'repeat' ? 1 : 2);
    });
  });
}
