import { rmSync } from 'node:fs';
import { openState, stateDirectory } from './state.js';

// `npm run reset`: forgets everything `npm start` has kept. Taking the start lock first refuses while it runs.

try {
  const directory = stateDirectory();
  const state = openState(directory);
  rmSync(directory, { recursive: true, force: true });
  state.release();
  console.log(`${directory} is empty again.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
