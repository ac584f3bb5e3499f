import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
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
 * Starts the pinned Azurite, blob service only, as a child process, and waits until it says where it listens.
 *
 * What it does not keep (measured on 3.35.0), so nothing may lean on it here:
 * - Metadata is saved about every 5 seconds. Blobs written in the seconds before a SIGKILL are lost, all of
 *   them. SIGTERM saves first, which is why `close` sends that and waits.
 * - Immutability policies and legal holds are ignored: a blob written with one can be deleted. There are no
 *   versions and no soft delete. Write-once can only be proven on a real storage account.
 */
export const startAzurite = async (options: { port: number; directory: string }): Promise<Azurite> => {
  if (options.port !== 0) await refuseIfInUse(options.port);
  const child = launch(options.port, options.directory);
  let address: string;
  try {
    address = await addressOf(child);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    connectionString:
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};` +
      `BlobEndpoint=${address}/${account};`,
    close: () => stop(child),
  };
};

/** Azurite's own message for a port in use does not say who wanted it. */
const refuseIfInUse = async (port: number): Promise<void> => {
  const claim = await listen(createServer(), port, 'Azurite (blobs)');
  await claim.close();
};

const launch = (port: number, directory: string): ChildProcess => {
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const flags = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', directory];
  // The SDK speaks a newer service version than the pinned Azurite knows by name.
  const switches = ['--skipApiVersionCheck', '--silent', '--disableTelemetry'];
  return spawn(process.execPath, ['--import', followParent, main, ...flags, ...switches], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
};

/**
 * Where the child listens, by its own word. Asking a port that was free a moment ago does not do: on a busy machine another
 * server or a client's connection may have taken it meanwhile, and its answer would pass for Azurite's.
 */
const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const impatience = setTimeout(
      () => reject(new Error(`Azurite did not start within ${startLimitMs / 1000} seconds: ${said.trim()}`)),
      startLimitMs,
    );
    child.once('exit', () => {
      clearTimeout(impatience);
      reject(new Error(`Azurite ended while starting: ${said.trim()}`));
    });
    // Both stay read to the end: a pipe that nobody empties would stop the child once it is full.
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const address = /successfully listens on (http:\/\/127\.0\.0\.1:\d+)\s/.exec(said)?.[1];
        if (address === undefined) return;
        clearTimeout(impatience);
        resolve(address);
      });
  });

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const stop = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(impatience);
};
