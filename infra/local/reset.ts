import { rmSync } from 'node:fs';
import { localState } from './stack.js';
import { openState } from './state.js';

// `npm run reset`: forgets everything `npm start` has kept. Taking the start lock first refuses while it runs.

try {
  const state = openState(localState);
  rmSync(localState, { recursive: true, force: true });
  state.release();
  console.log(`${localState} is empty again.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
