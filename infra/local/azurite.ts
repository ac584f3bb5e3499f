import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './listen.js';

export type Azurite = {
  /** For `BlobServiceClient.fromConnectionString`; the account and key are Azurite's published ones. */
  connectionString: string;
  close(): Promise<void>;
};

const account = 'devstoreaccount1';
/** Published in Azurite's documentation and the same everywhere: it protects nothing. */
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const startLimitMs = 30_000;
const stopLimitMs = 10_000;

/**
 * Runs inside the child before Azurite: when the pipe on stdin closes, the parent is gone (even if killed
 * outright), and Azurite must not live on with the port and the folder in its hands.
 */
export const followParent = `data:text/javascript,${encodeURIComponent(
  "process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGTERM')).unref();",
)}`;

/**
 * Starts the pinned Azurite, blob service only, as a child process, and waits until it answers.
 *
 * What it does not keep (measured on 3.35.0), so nothing may lean on it here:
 * - Metadata is saved about every 5 seconds. Blobs written in the seconds before a SIGKILL are lost, all of
 *   them. SIGTERM saves first, which is why `close` sends that and waits.
 * - Immutability policies and legal holds are ignored: a blob written with one can be deleted. There are no
 *   versions and no soft delete. Write-once can only be proven on a real storage account.
 */
export const startAzurite = async (options: { port: number; directory: string }): Promise<Azurite> => {
  const port = await claimPort(options.port);
  const child = launch(port, options.directory);
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  try {
    await untilAnswering(child, port, complaints);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    connectionString:
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};` +
      `BlobEndpoint=http://127.0.0.1:${port}/${account};`,
    close: () => stop(child),
  };
};

/** Binding first gives a clear message for a port in use, and turns port 0 into a number to hand over. */
const claimPort = async (port: number): Promise<number> => {
  const claim = await listen(createServer(), port, 'Azurite (blobs)');
  await claim.close();
  return claim.port;
};

const launch = (port: number, directory: string): ChildProcess => {
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const flags = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', directory];
  // The SDK speaks a newer service version than the pinned Azurite knows by name.
  const switches = ['--skipApiVersionCheck', '--silent', '--disableTelemetry'];
  return spawn(process.execPath, ['--import', followParent, main, ...flags, ...switches], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
};

const untilAnswering = async (child: ChildProcess, port: number, complaints: string[]): Promise<void> => {
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline) {
    if (hasEnded(child)) throw new Error(`Azurite ended while starting: ${complaints.join('').trim()}`);
    // Any answer will do: without a signature it is a refusal.
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text().then(() => true),
      () => false,
    );
    if (answered) return;
    await sleep(50);
  }
  throw new Error(`Azurite did not answer on port ${port} within ${startLimitMs / 1000} seconds`);
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const stop = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(impatience);
};
