import { fromBase64 } from '../kernel/bytes.js';
import type { Checkpoint } from '../kernel/note.js';

/** A note taken apart, not yet verified: verify each signature whose `keyHash` is that of a key you trust. */
export type ParsedNote = {
  checkpoint: Checkpoint;
  text: string;
  signatures: { name: string; keyHash: Uint8Array; signature: Uint8Array }[];
};

/** Reads a signed note. @returns null for anything that is not exactly of that form. */
export function parseNote(note: string): ParsedNote | null {
  const match =
    /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:\u2014 [^\n ]+ [A-Za-z0-9+/=]+\n)+)$/u.exec(
      note,
    );
  if (!match) return null;
  const [, origin = '', size = '', root = '', lines = ''] = match;
  const signatures = lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, name = '', encoded = ''] = line.split(' ');
      const bytes = fromBase64(encoded);
      return { name, keyHash: bytes.slice(0, 4), signature: bytes.slice(4) };
    });
  return {
    checkpoint: { origin, size: Number(size), root: fromBase64(root) },
    text: `${origin}\n${size}\n${root}\n`,
    signatures,
  };
}
