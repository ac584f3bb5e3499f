import { filesIn } from '../shared/adapters/render/zip.js';
import { sha256Hex } from '../shared/core/kernel/hash.js';
import { inOrder, must, type CheckResult } from '../shared/core/log/checks.js';
import type { Trust } from '../shared/core/log/trust.js';
import { verifyArchive } from '../shared/core/readiness/verify-archive.js';
import type { PacketFile } from '../shared/core/reports/manifest.js';
import { trustIn } from './verification.js';

/**
 * Verifies an operating archive as `aispm verify` does, by the same functions: the ZIP of `…/archives/{period}/file` by the
 * answer of `…/keys`. Never throws: what cannot be read is a failed check.
 */
export function verifyArchiveFile(zip: Uint8Array, keys: unknown, digest: string): CheckResult[] {
  let given: { trust: Trust; files: readonly PacketFile[] } | undefined;
  const found = inOrder([
    [
      'the ZIP is the one whose digest is shown',
      () => must(sha256Hex(zip) === digest, 'digest_mismatch', 'it has another digest'),
    ],
    [
      'the keys are those of the tenant’s log, and the ZIP can be read',
      () => {
        const files = filesIn(zip);
        must(files !== null, 'form_malformed', 'it is no ZIP that could be read');
        given = { trust: trustIn(keys), files };
      },
    ],
  ]);
  return given === undefined ? found : [...found, ...verifyArchive(given.files, given.trust)];
}
