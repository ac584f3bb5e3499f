/*
 * A ZIP says of each entry twice what it is: before its bytes, where unpackers that stream read it, and in the directory at
 * the end, where others do. Where the two differ, or bytes stand where no entry is, two readers see two archives.
 * Offsets and names are those of PKWARE's APPNOTE.TXT, 4.3.
 */

const marks = { local: 0x04034b50, described: 0x08074b50, directory: 0x02014b50, end: 0x06054b50 };
const sizeOf = { local: 30, directory: 46, end: 22 };
/** Kinds of Unix files in the upper half of the external attributes: none said, directory, regular. No link. */
const kinds: readonly number[] = [0, 0x4000, 0x8000];

/** Whether all who open this ZIP find the same files in it. No comment, no second disk, no ZIP64: none of ours has them. */
export function isUnambiguous(zip: Uint8Array): boolean {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const [u16, u32] = [(at: number) => view.getUint16(at, true), (at: number) => view.getUint32(at, true)];
  const same = (one: number, other: number, length: number): boolean =>
    Array.from({ length }, (_, i) => zip[one + i] === zip[other + i]).every(Boolean);

  /** @returns where the entry of this place in the directory ends, if it is said alike in both and begins there. */
  const entryEnd = (at: number, begins: number): number | null => {
    const local = u32(at + 42);
    if (u32(at) !== marks.directory || local !== begins || u32(local) !== marks.local) return null;
    const [name, described] = [u16(at + 28), (u16(at + 8) & 8) !== 0];
    const alike =
      same(local + 4, at + 6, 10) &&
      (described || same(local + 14, at + 16, 12)) &&
      u16(local + 26) === name &&
      same(local + sizeOf.local, at + sizeOf.directory, name);
    if (!alike || u16(at + 34) !== 0 || !kinds.includes((u32(at + 38) >>> 16) & 0xf000)) return null;
    const end = local + sizeOf.local + name + u16(local + 28) + u32(at + 20);
    return end + (described ? (u32(end) === marks.described ? 16 : 12) : 0);
  };

  try {
    const end = zip.length - sizeOf.end;
    const [start, entries] = [u32(end + 16), u16(end + 10)];
    const whole = u32(end) === marks.end && u32(end + 4) === 0 && u16(end + 8) === entries;
    if (!whole || start + u32(end + 12) !== end || u16(end + 20) !== 0) return false;
    let [at, next] = [start, 0];
    for (let n = 0; n < entries; n++) {
      const after = entryEnd(at, next);
      if (after === null) return false;
      next = after;
      at += sizeOf.directory + u16(at + 28) + u16(at + 30) + u16(at + 32);
    }
    return at === end && next === start;
  } catch {
    // It says that something stands beyond its end.
    return false;
  }
}
