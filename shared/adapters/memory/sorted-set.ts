/** Distinct strings in ascending order of their UTF-16 code units. Adding and removing cost some microseconds at 100,000. */
export type SortedSet = {
  add(key: string): void;
  delete(key: string): void;
  /** Keys ≥ `start`, ascending. The set must not change while they are read. */
  from(start: string): Generator<string>;
};

const chunkLimit = 512;

/** Index of the first key ≥ `wanted`. */
function lowerBound(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A sorted list in chunks, so that an insertion moves hundreds of keys and not all of them. */
export function sortedSet(): SortedSet {
  const chunks: string[][] = [];
  /** Index of the first chunk whose last key is ≥ `wanted`; one past the end where there is none. */
  const chunkOf = (wanted: string): number => {
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((chunks[middle]?.at(-1) ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add(key) {
      if (chunks.length === 0) chunks.push([]);
      const index = Math.min(chunkOf(key), chunks.length - 1);
      const chunk = chunks[index] ?? [];
      const at = lowerBound(chunk, key);
      if (chunk[at] === key) return;
      chunk.splice(at, 0, key);
      if (chunk.length > chunkLimit) chunks.splice(index + 1, 0, chunk.splice(chunkLimit / 2));
    },
    delete(key) {
      const index = chunkOf(key);
      const chunk = chunks[index];
      if (chunk === undefined) return;
      const at = lowerBound(chunk, key);
      if (chunk[at] === key) chunk.splice(at, 1);
      if (chunk.length === 0) chunks.splice(index, 1);
    },
    *from(start) {
      const first = chunkOf(start);
      for (let index = first; index < chunks.length; index += 1) {
        const chunk = chunks[index] ?? [];
        yield* index === first ? chunk.slice(lowerBound(chunk, start)) : chunk;
      }
    },
  };
}
