import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openService, type Service } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';
import { startReceiver } from '../../infra/local/telemetry/receiver.js';
import { keepText } from '../suite-logs/keep.js';

/* The running system under a clock that can be moved: the host's by a file it reads, the stand-ins' because they run here. */

const real = Date;

export type MovedStack = {
  stack: Stack;
  /** The service as callers of one tenant see it, with tokens of now. */
  service(tenant: string): Service;
  /** Moves every clock. Tokens of before may have expired by then: ask for the service anew. */
  moveTo(at: number): Promise<void>;
  /** Starts a timer of the host, now: its own next tick is minutes away. @throws where the host does not start it */
  tick(timer: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts the compiled app, at another instant than now where one is given. `npm test` builds it first.
 * @param preloads modules that the host's process loads before anything else
 */
export async function startMovedStack(
  startsAt: number = real.now(),
  preloads: readonly string[] = [],
): Promise<MovedStack> {
  const directory = await mkdtemp(join(tmpdir(), 'aispm-story-'));
  const clockFile = join(directory, 'clock');
  const set = async (ahead: number): Promise<void> => {
    // Whole from its first moment: a file that is still empty says that no time has passed.
    await writeFile(`${clockFile}.new`, String(ahead));
    await rename(`${clockFile}.new`, clockFile);
    globalThis.Date = class extends real {
      constructor(...given: []) {
        super(...(given.length === 0 ? ([real.now() + ahead] as unknown as []) : given));
      }
      static override now(): number {
        return real.now() + ahead;
      }
    } as DateConstructor;
  };
  await set(startsAt - real.now());
  const shifted = new URL('shifted-clock.mjs', import.meta.url).href;
  const imports = [shifted, ...preloads].map((module) => `--import ${module}`).join(' ');
  // As in production, telemetry leaves the process.
  const receiver = await startReceiver({ port: 0 });
  const settings = {
    NODE_OPTIONS: imports,
    SHIFTED_CLOCK: clockFile,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  };
  const backInTime = async (): Promise<void> => {
    keepText(
      receiver
        .logs()
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
    await receiver.close();
    globalThis.Date = real;
    await rm(directory, { recursive: true, force: true });
  };
  const options = { directory: join(directory, 'state'), ports: freePorts, settings };
  const stack = await startStack(options).catch(async (error: unknown) => {
    await backInTime();
    throw error;
  });
  const services = new Map<string, Service>();
  return {
    stack,
    service: (tenant) => {
      const known = services.get(tenant);
      if (known !== undefined) return known;
      const opened = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
      services.set(tenant, opened);
      return opened;
    },
    moveTo: async (at) => {
      const ahead = at - real.now();
      await set(ahead);
      services.clear();
      // A busy host may be long in looking at the file.
      while ((await readFile(`${clockFile}.taken`, 'utf8')) !== String(ahead))
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    tick: async (timer) => {
      const { status } = await fetch(`${stack.hostUrl}/admin/functions/${timer}`, {
        method: 'POST',
        headers: { 'x-functions-key': stack.masterKey, 'content-type': 'application/json' },
        body: '{}',
      });
      if (status !== 202) throw new Error(`${timer} was not started: ${status}`);
    },
    close: async () => {
      await stack.close();
      await backInTime();
    },
  };
}
