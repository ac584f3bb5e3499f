const MASK = (1n << 64n) - 1n;
const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & MASK;

const finish = (k: bigint): bigint => {
  let h = k ^ (k >> 33n);
  h = (h * 0xff51afd7ed558ccdn) & MASK;
  h ^= h >> 33n;
  h = (h * 0xc4ceb9fe1a85ec53n) & MASK;
  return h ^ (h >> 33n);
};

const mix1 = (k: bigint): bigint => (rotate((k * C1) & MASK, 31n) * C2) & MASK;
const mix2 = (k: bigint): bigint => (rotate((k * C2) & MASK, 33n) * C1) & MASK;

const tail = (bytes: Buffer, from: number, to: number): bigint => {
  let k = 0n;
  for (let i = Math.min(to, bytes.length) - 1; i >= from; i -= 1) k = (k << 8n) | BigInt(bytes[i] ?? 0);
  return k;
};

/**
 * MurmurHash3 x64, 128 bits, seed 0, as two unsigned halves. The service places partition keys by it, and the
 * SDK computes it too when it turns a key prefix into a range, so both must agree bit for bit.
 * Source: Austin Appleby's reference implementation (public domain).
 */
export function murmur128(bytes: Buffer): readonly [bigint, bigint] {
  let h1 = 0n;
  let h2 = 0n;
  const whole = bytes.length - (bytes.length % 16);
  for (let i = 0; i < whole; i += 16) {
    h1 ^= mix1(bytes.readBigUInt64LE(i));
    h1 = ((rotate(h1, 27n) + h2) * 5n + 0x52dce729n) & MASK;
    h2 ^= mix2(bytes.readBigUInt64LE(i + 8));
    h2 = ((rotate(h2, 31n) + h1) * 5n + 0x38495ab5n) & MASK;
  }
  h2 ^= mix2(tail(bytes, whole + 8, whole + 16));
  h1 ^= mix1(tail(bytes, whole, whole + 8));
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = (h1 + h2) & MASK;
  h2 = (h2 + h1) & MASK;
  h1 = finish(h1);
  h2 = finish(h2);
  h1 = (h1 + h2) & MASK;
  h2 = (h2 + h1) & MASK;
  return [h1, h2];
}
