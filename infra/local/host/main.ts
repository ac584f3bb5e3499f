import { join } from 'node:path';
import { durableExtension } from '../durable/extension.js';
import { startHost } from './host.js';

// The host as a process of its own, so that it can be killed and started again. It reads AISPM_HOST_PORT,
// AISPM_HOST_ENTRY and AISPM_HOST_STATE, and, when given, AISPM_HOST_MASTER_KEY and AISPM_HOST_SYSTEM_KEY; every
// other environment variable is an app setting. `listening <url>` is the only line on stdout; the log is on stderr.

const log = (level: string, functionName: string, message: string): void => {
  const source = functionName === '' ? '' : ` ${functionName}`;
  process.stderr.write(`${new Date().toISOString()} ${level}${source}: ${message}\n`);
};

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}

async function main(): Promise<void> {
  const settings = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('AISPM_HOST_'),
    ),
  );
  const port = Number(required('AISPM_HOST_PORT'));
  const state = required('AISPM_HOST_STATE');
  const { AISPM_HOST_MASTER_KEY: master, AISPM_HOST_SYSTEM_KEY: system } = process.env;
  const host = await startHost({
    port,
    entry: required('AISPM_HOST_ENTRY'),
    state,
    settings,
    extensions: [durableExtension({ state: join(state, 'durable'), log })],
    keys: { ...(master !== undefined && { master }), ...(system !== undefined && { system }) },
    log,
  });
  let closing = false;
  const close = (): void => {
    if (closing) return;
    closing = true;
    host.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', '', String(error));
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', close);
  process.once('SIGINT', close);
  process.stdout.write(`listening ${host.url}\n`);
}

main().catch((error: unknown) => {
  log('error', '', error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
