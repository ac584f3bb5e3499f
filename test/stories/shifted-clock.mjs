/*
 * A clock ahead of the machine's, by as many milliseconds as a file says, and another file says what it went by last. A
 * process loads it with `--import`, before anything reads the time; what waits still waits in real time.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setInterval } from 'node:timers';

const Real = globalThis.Date;
const file = process.env.SHIFTED_CLOCK;
let ahead;
const read = () => {
  const told = Number(readFileSync(file, 'utf8'));
  if (told === ahead) return;
  ahead = told;
  writeFileSync(`${file}.taken`, String(ahead));
};

globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [Real.now() + ahead] : given));
  }
  static now() {
    return Real.now() + ahead;
  }
};
if (file === undefined) ahead = 0;
else {
  read();
  setInterval(read, 100).unref();
}
