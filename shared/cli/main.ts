#!/usr/bin/env node
import { setTimeout as sleep } from 'node:timers/promises';

import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  env: process.env,
  fetch,
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
  now: () => Date.now(),
});
