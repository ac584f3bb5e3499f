import { toBase64, utf8 } from './bytes.js';
import { sha256 } from './hash.js';

/*
 * Checkpoints in the C2SP tlog-checkpoint form: three lines of text (origin, size, root in base64), signed as a C2SP
 * signed note. The key name is the origin, so a note says which tenant's log it is about. Here is what the side that signs
 * and the side that verifies have in common; each has the rest to itself.
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
