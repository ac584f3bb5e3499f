import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { Blobs, BlobStore } from '../../shared/ports.js';
import { freshTenant } from './samples.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every store of blobs promises. */
export function blobStoreContract(all: () => Blobs): void {
  const tenant = freshTenant();
  const blobs = (): BlobStore => all().open(tenant);

  describe('a blob', () => {
    it('is created once and never overwritten', async () => {
      const name = `${tenant}/${randomUUID()}/size 4.txt`;
      expect(await blobs().create('log', name, bytes('first'), 'text/plain')).toBe(true);
      expect(await blobs().create('log', name, bytes('second'), 'text/plain')).toBe(false);
      expect(await blobs().get('log', name)).toEqual(bytes('first'));
    });

    it('is created by exactly one of many simultaneous writers', async () => {
      const name = `${tenant}/${randomUUID()}`;
      const writers = ['a', 'b', 'c', 'd'];
      const created = await Promise.all(
        writers.map((w) => blobs().create('log', name, bytes(w), 'text/plain')),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await blobs().get('log', name)).toEqual(bytes(writers[created.indexOf(true)] ?? ''));
    });

    it('is null where there is none, and may be empty', async () => {
      const name = `${tenant}/${randomUUID()}`;
      expect(await blobs().get('reports', name)).toBeNull();
      await blobs().create('reports', name, new Uint8Array(), 'text/plain');
      expect(await blobs().get('reports', name)).toEqual(new Uint8Array());
    });

    it('keeps every byte, and is found in its own container only', async () => {
      const name = `${tenant}/${randomUUID()}`;
      const all = Uint8Array.from({ length: 70_000 }, (_, n) => n % 256);
      await blobs().create('payloads', name, all, 'application/octet-stream');
      expect(await blobs().get('payloads', name)).toEqual(all);
      expect(await blobs().get('log', name)).toBeNull();
    });

    it('is listed by the start of its name, in order', async () => {
      const folder = `${tenant}/${randomUUID()}`;
      for (const name of ['b', 'a/2', 'a/1'])
        await blobs().create('log', `${folder}/${name}`, bytes(name), 'text/plain');
      expect(await blobs().list('log', `${folder}/`)).toEqual([
        `${folder}/a/1`,
        `${folder}/a/2`,
        `${folder}/b`,
      ]);
      expect(await blobs().list('log', `${folder}/a/`)).toEqual([`${folder}/a/1`, `${folder}/a/2`]);
      expect(await blobs().list('reports', `${folder}/`)).toEqual([]);
    });

    it('of another tenant is out of reach, whatever its name', async () => {
      const other = freshTenant();
      await all().open(other).create('log', `${other}/secret`, bytes('theirs'), 'text/plain');
      const outside = [
        `${other}/secret`,
        `${tenant}/../${other}/secret`,
        `${tenant}/./../${other}/secret`,
        `${tenant}//secret`,
        `${tenant}\\..\\${other}`,
        `${tenant}-2/secret`,
        tenant,
        '',
        '/',
      ];
      for (const name of outside) {
        await expect(blobs().get('log', name)).rejects.toThrow('another tenant');
        await expect(blobs().create('log', name, bytes('ours'), 'text/plain')).rejects.toThrow('another');
        await expect(blobs().list('log', name)).rejects.toThrow('another tenant');
      }
      expect(await all().open(other).get('log', `${other}/secret`)).toEqual(bytes('theirs'));
    });
  });
}
