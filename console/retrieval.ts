import type { Scope } from './address.js';
import { ask } from './api.js';

// Files of the API, which a link cannot fetch: it sends no token.

/** @throws NoAnswer */
export const bytesAt = async (scope: Scope, path: string): Promise<ArrayBuffer> =>
  (await ask(scope, path)).arrayBuffer();

/** How long a browser may take to read an address of ours after it was handed over. */
const addressLivesMs = 60_000;

function addressFor(bytes: ArrayBuffer, type: string): string {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  setTimeout(() => URL.revokeObjectURL(address), addressLivesMs);
  return address;
}

/** Shows a file in a tab of its own, as the type says and as nothing else. @throws NoAnswer */
export async function openFile(scope: Scope, path: string, type: string): Promise<void> {
  // Opened at once, while the click still allows it; a window that opens later is blocked.
  const tab = window.open('', '_blank');
  try {
    const address = addressFor(await bytesAt(scope, path), type);
    if (tab === null) location.assign(address);
    else tab.location.replace(address);
  } catch (error) {
    tab?.close();
    throw error;
  }
}

/** Gives a file to the reader to keep. @throws NoAnswer */
export async function saveFile(scope: Scope, path: string, name: string): Promise<void> {
  const link = document.createElement('a');
  link.href = addressFor(await bytesAt(scope, path), 'application/octet-stream');
  link.download = name;
  link.click();
}
