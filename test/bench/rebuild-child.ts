import { rebuildHere } from './rebuild.bench.js';

// Rebuilds a log of as many entries as its argument says, and prints the row.
console.log(JSON.stringify(await rebuildHere(Number(process.argv[2]))));
