import { Zip, ZipDeflate } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';

import { filesIn, zipOf } from '../../shared/adapters/render/zip.js';
import { utf8 } from '../../shared/core/kernel/bytes.js';
import { isUnambiguous } from '../../shared/core/kernel/zip-parts.js';
import { aispm, folderWith, remove } from './desk.js';
import { makePapers, type Papers } from './papers.js';

/* What `aispm verify` calls verified is what every unpacker finds in the ZIP, not what one of them does. */

let papers: Papers;
let zip: Uint8Array;
beforeAll(async () => {
  papers = await makePapers();
  zip = zipOf(papers.packet);
});

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) + 65_536 * u16(bytes, at + 2);
const changedAt = (at: number, to?: number): Uint8Array => {
  const other = zip.slice();
  other[at] = to ?? (other[at] ?? 0) ^ 1;
  return other;
};
/** Where each entry of the directory begins, and where the entry itself does. */
function directory(): { at: number; local: number; name: number }[] {
  const found = [];
  for (let at = u32(zip, zip.length - 6); u32(zip, at) === 0x02014b50; at += 46 + u16(zip, at + 28))
    found.push({ at, local: u32(zip, at + 42), name: u16(zip, at + 28) });
  return found;
}
const span = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

async function verified(bytes: Uint8Array): Promise<number> {
  const folder = await folderWith([{ name: 'report.zip', bytes }, papers.keys]);
  try {
    const args = ['verify', '--keys', `${folder}/${papers.keys.name}`, `${folder}/report.zip`];
    return (await aispm(args)).exit;
  } finally {
    await remove(folder);
  }
}

describe('a ZIP', () => {
  it('as it was downloaded, or packed again by a tool that streams, verifies', async () => {
    expect(await verified(zip)).toBe(0);
    const parts: Uint8Array[] = [];
    const streamed = new Zip((_, part) => parts.push(part));
    for (const { name, bytes } of papers.packet) {
      const entry = new ZipDeflate(name);
      streamed.add(entry);
      entry.push(bytes, true);
    }
    streamed.end();
    expect(await verified(Buffer.concat(parts))).toBe(0);
    expect(isUnambiguous(zipOf([]))).toBe(true);
  });

  it('that calls a file otherwise where unpackers stream than in its directory does not', async () => {
    const [first] = directory();
    expect(await verified(changedAt((first?.local ?? 0) + 30))).toBe(2);
    expect(filesIn(changedAt((first?.local ?? 0) + 30))).toBeNull();
  });

  it('with an entry that its directory does not name does not, wherever it stands', () => {
    const hidden = zipOf([{ name: 'report.pdf', bytes: utf8('%PDF another') }]);
    const entry = hidden.subarray(0, u32(hidden, hidden.length - 6));
    const start = u32(zip, zip.length - 6);
    for (const at of [0, directory()[1]?.local ?? 0, start, zip.length])
      expect(isUnambiguous(Buffer.concat([zip.subarray(0, at), entry, zip.subarray(at)]))).toBe(false);
  });

  it('that would be unpacked to a link does not', () => {
    const [first] = directory();
    expect(isUnambiguous(changedAt((first?.at ?? 0) + 41, 0xa0))).toBe(false);
  });

  it('of which one byte of what it says about its files was changed does not', () => {
    const entries = directory();
    expect(entries.length).toBe(papers.packet.length);
    const told = [
      ...entries.flatMap(({ local, name }) => span(local, 30 + name)),
      // But who packed it, and rights and marks that change nothing of a file.
      ...entries.flatMap(({ at, name }) => [...span(at, 4), ...span(at + 6, 30), ...span(at + 42, 4 + name)]),
      ...span(zip.length - 22, 22),
    ];
    expect(told.filter((at) => isUnambiguous(changedAt(at)))).toEqual([]);
  });

  it('that ends early, or is none, does not', () => {
    for (let length = 0; length < 100; length++) expect(isUnambiguous(zip.subarray(0, length))).toBe(false);
    for (const cut of [1, 22, 60]) expect(isUnambiguous(zip.subarray(0, zip.length - cut))).toBe(false);
  });
});
