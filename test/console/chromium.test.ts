import { afterAll, beforeAll } from 'vitest';

import { addressesAndNames } from './addresses.js';
import { emptyDeployment } from './empty.js';
import { entra } from './entra.js';
import { byKeyboard } from './keyboard.js';
import { records } from './records.js';
import { everyState } from './states.js';
import { stories } from './stories.js';
import { streams } from './streams.js';
import { everyView } from './views.js';
import { visitor } from './visitor.js';
import { openWorld, type World } from './world.js';

/* One world for all of it: it takes longer to set up than to look at. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 240_000);
afterAll(() => world.close());

stories(() => world);
records(() => world);
visitor(() => world);
emptyDeployment(() => world);
byKeyboard(() => world);
streams(() => world);
entra(() => world);
everyView(() => world);
everyState(() => world);
addressesAndNames(() => world);
