/*
 * A clock ahead of the machine's, by as many milliseconds as a file says. A process loads it with `--import`, before
 * anything reads the time; what waits still waits in real time.
 */
import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers';

const Real = globalThis.Date;
const file = process.env.SHIFTED_CLOCK;
let ahead = 0;
const read = () => {
  ahead = Number(readFileSync(file, 'utf8'));
};

globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [Real.now() + ahead] : given));
  }
  static now() {
    return Real.now() + ahead;
  }
};
if (file !== undefined) {
  read();
  setInterval(read, 100).unref();
}
