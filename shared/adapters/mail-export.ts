import { canonicalBytes } from '../core/kernel/canonical.js';
import { utf8 } from '../core/kernel/bytes.js';
import { sha256Hex } from '../core/kernel/hash.js';
import type { Blobs, MailMessage, MailProvider } from '../ports.js';

const folderOf = ({ tenantId, operationId }: Pick<MailMessage, 'tenantId' | 'operationId'>): string =>
  `${tenantId}/exports/${operationId}`;

/**
 * Export to Blob: a mail becomes a folder of the tenant's, for whoever fetches it from there. Its parts are written before
 * the index that names them, so a folder with an index is whole; written again it is the same folder. The address is left
 * out: who may fetch it is decided where the storage is. The store's answer is the proof of arrival.
 */
export function exportMail(blobs: Blobs, transport: MailProvider['transport']): MailProvider {
  return {
    name: 'export',
    sender: null,
    transport,
    afterLoss: 'repeat',
    async send(message) {
      const store = blobs.open(message.tenantId);
      const folder = folderOf(message);
      const parts = [
        { name: 'mail.html', contentType: 'text/html; charset=utf-8', bytes: utf8(message.html) },
        { name: 'mail.txt', contentType: 'text/plain; charset=utf-8', bytes: utf8(message.text) },
        ...message.attachments,
      ];
      for (const { name, bytes, contentType } of parts)
        await store.create('reports', `${folder}/${name}`, bytes, contentType);
      const index = canonicalBytes({
        subject: message.subject,
        files: parts.map(({ name, bytes }) => ({ name, sha256: sha256Hex(bytes) })),
      });
      await store.create('reports', `${folder}/index.json`, index, 'application/json');
      return { status: 'delivered', proof: `blob:sha256:${sha256Hex(index)}` };
    },
    status: () => Promise.resolve(null),
  };
}
