import { fromBase64, toBase64, utf8 } from '../kernel/bytes.js';
import { sha256 } from '../kernel/hash.js';

/*
 * Checkpoints in the C2SP tlog-checkpoint form: three lines of text (origin, size, root in base64), signed as a C2SP
 * signed note. The key name is the origin, so a note says which tenant's log it is about.
 */

export type Checkpoint = { origin: string; size: number; root: Uint8Array };

/** Origin line of a tenant's log: names the log, not a host, so it survives a change of address. */
export const originOf = (tenantId: string): string => `aispm/${tenantId}`;

/** The text that is signed. */
export const checkpointText = (checkpoint: Checkpoint): string =>
  `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;

/** Key hash of a signed note (C2SP signed-note): first 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ Ed25519 public key). */
export const noteKeyHash = (name: string, publicKey: Uint8Array): Uint8Array =>
  sha256(utf8(`${name}\n`), Uint8Array.of(0x01), publicKey).slice(0, 4);

/** The whole note: text, empty line, one signature line. */
export function signedNote(checkpoint: Checkpoint, publicKey: Uint8Array, signature: Uint8Array): string {
  const line = toBase64(Uint8Array.of(...noteKeyHash(checkpoint.origin, publicKey), ...signature));
  return `${checkpointText(checkpoint)}\n\u2014 ${checkpoint.origin} ${line}\n`;
}

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
