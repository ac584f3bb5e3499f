import { toBase64 } from '../kernel/bytes.js';
import { checkpointText, noteKeyHash, type Checkpoint } from '../kernel/note.js';

/** The whole note: text, empty line, one signature line. */
export function signedNote(checkpoint: Checkpoint, publicKey: Uint8Array, signature: Uint8Array): string {
  const line = toBase64(Uint8Array.of(...noteKeyHash(checkpoint.origin, publicKey), ...signature));
  return `${checkpointText(checkpoint)}\n\u2014 ${checkpoint.origin} ${line}\n`;
}
