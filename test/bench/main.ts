import { parseArgs } from 'node:util';

import { openAccount, type Account, type Charges } from './account.js';
import { admissionBench } from './admission.bench.js';
import { consoleBench } from './console.bench.js';
import { costBench, prices } from './cost.bench.js';
import { crowdOf, crowdUnits, foldRate, openFindings, pageSize } from './crowd.bench.js';
import { foldInMemory } from './fold.bench.js';
import { latencyBench } from './latency.bench.js';
import { neighbourBench } from './neighbour.bench.js';
import { packageBench } from './package.bench.js';
import { postureRead, type PostureRow } from './posture.bench.js';
import { rebuildBench } from './rebuild.bench.js';
import { reportsBench } from './reports.bench.js';
import { loadedModules, startBench, type StartRow } from './start.bench.js';
import { printTable, shown } from './table.js';
import { admissionUnits, foldUnits, type UnitsRow } from './units.bench.js';

async function withAccount<T>(work: (account: Account) => Promise<T>): Promise<T> {
  const account = await openAccount();
  try {
    return await work(account);
  } finally {
    await account.close();
  }
}

async function admission(): Promise<void> {
  const rows = await admissionBench();
  printTable(
    'Admission in process, one core (events a second of processor time; goal: 10,000 unsigned)',
    ['', 'bytes an event', 'events/s', 'ratio to bare'],
    rows.map(({ name, bytes, perSecond, ratio }) => [name, bytes, perSecond, ratio]),
  );
}

/** One line for each operation that something was spent on. */
const spent = (name: string, charges: Charges, events: number): (string | number)[][] =>
  Object.entries(charges)
    .sort(([, a], [, b]) => b.requestUnits - a.requestUnits)
    .map(([operation, { count, requestUnits }]) => [
      `${name}: ${operation}`,
      count,
      requestUnits,
      requestUnits / events,
    ]);

const printCharges = (title: string, rows: readonly UnitsRow[]): void =>
  printTable(
    title,
    ['', 'requests', 'request units', 'an event'],
    rows.flatMap(({ name, charges, events }) => spent(name, charges, events)),
  );

async function units(): Promise<void> {
  const [admitted, folded] = await withAccount(async (account) => [
    await admissionUnits(account),
    await foldUnits(account),
  ]);
  printTable(
    'Modelled request units (goals: admission at most 9 an event; fold at most 12 at 40 events on 15 documents)',
    ['', 'documents', 'request units an event', 'events/s'],
    [
      ...admitted.map((row) => [`admission, ${row.name}`, '', row.unitsPerEvent, '']),
      ...folded.map((row) => [`fold, ${row.name}`, row.documents, row.unitsPerEvent, row.perSecond]),
    ],
  );
  console.log("\nevents/s: a second of processor time, the store stand-in's own work included.");
  printCharges('Where admission spends them', admitted);
  printCharges('Where the fold spends them', folded);
}

async function cost(): Promise<void> {
  const rows = await withAccount(costBench);
  printTable(
    'A million events in Azure: what is counted, and US dollars at the prices assumed',
    ['', 'million units', 'executions', 'GB-seconds', 'blob writes', 'GB kept', 'dollars'],
    rows.map((row) => [
      row.name,
      row.requestUnits / 1e6,
      row.executions,
      row.gigabyteSeconds,
      row.blobWrites,
      row.gigabytes,
      row.dollars,
    ]),
  );
  console.log(`\nPrices assumed, US dollars: ${JSON.stringify(prices)}`);
}

async function fold(): Promise<void> {
  const [, admitted] = await admissionBench(1000);
  const { perSecond } = await foldInMemory(10_000);
  printTable(
    'Fold in memory, 10,000 decisions of 50 agents, batches of 40, one core',
    ['', 'events/s', 'ratio to admission'],
    [
      ['admission, one event a request', admitted?.perSecond ?? NaN, 1],
      ['fold', perSecond, perSecond / (admitted?.perSecond ?? NaN)],
    ],
  );
}

async function crowd(): Promise<void> {
  const [few, many] = [100, 10_000];
  const measured = [];
  for (const agents of [few, many]) {
    const ledger = await crowdOf(agents);
    const findings = await openFindings(ledger);
    const units = await withAccount((account) => crowdUnits(account, ledger, agents));
    measured.push({ agents, findings, perSecond: await foldRate(ledger, agents, 2_000), ...units });
  }
  const [small, large] = measured;
  if (!small || !large) return;
  printTable(
    `Fold of decisions that move findings, by the size of the tenant (goal: constant)`,
    ['', `${shown(small.findings)} findings`, `${shown(large.findings)} findings`, 'ratio'],
    [
      ['agents', small.agents, large.agents, large.agents / small.agents],
      [
        'in memory, events/s of one core',
        small.perSecond,
        large.perSecond,
        large.perSecond / small.perSecond,
      ],
      [
        'modelled request units an event, batches of 40',
        small.foldUnitsPerEvent,
        large.foldUnitsPerEvent,
        large.foldUnitsPerEvent / small.foldUnitsPerEvent,
      ],
    ],
  );
  printTable(
    `A page of ${pageSize} (goal: the same at any size)`,
    ['', `units at ${shown(small.findings)}`, `units at ${shown(large.findings)}`, 'ratio', 'ratio of time'],
    small.lists.map((row, n) => {
      const other = large.lists[n] ?? row;
      return [
        row.name,
        row.requestUnits,
        other.requestUnits,
        other.requestUnits / row.requestUnits,
        other.milliseconds / row.milliseconds,
      ];
    }),
  );
}

async function rebuild(): Promise<void> {
  const rows = await rebuildBench([100_000, 1_000_000]);
  printTable(
    'Rebuild of a log into memory, 50 agents, sequenced once a second (goal: under 512 MB at any length)',
    ['entries', 'events/s', 'peak MB'],
    rows.map((row) => [shown(row.events), row.perSecond, row.peakMegabytes]),
  );
}

async function posture(): Promise<void> {
  const rows: PostureRow[] = [];
  for (const events of [1_000, 100_000])
    rows.push(await withAccount((account) => postureRead(account, events)));
  printTable(
    'GET posture, tenant and authorisation included (goal: at most two point reads at any size)',
    ['events in the log', 'point reads', 'other requests', 'request units'],
    rows.map((row) => [shown(row.events), row.pointReads, row.others, row.requestUnits]),
  );
}

async function latency(): Promise<void> {
  const rows = await latencyBench([
    [10, 200],
    [100, 400],
  ]);
  printTable(
    'From 202 to posture through the running system, change feed polled each second',
    ['events/s asked', 'events/s admitted', 'events', 'p50 ms', 'p95 ms'],
    rows.map((row) => [String(row.asked), row.admitted, row.events, row.p50, row.p95]),
  );
}

async function neighbour(): Promise<void> {
  const { alone, beside, taken, refused } = await neighbourBench(5, 75);
  printTable(
    'A quiet tenant’s latency from 202 to posture, alone and beside one that floods (ratio: 1 is unnoticed)',
    ['', 'p50 ms', 'p95 ms'],
    [
      ['alone', alone.p50, alone.p95],
      ['beside', beside.p50, beside.p95],
      ['ratio', beside.p50 / alone.p50, beside.p95 / alone.p95],
    ],
  );
  console.log(`\nThe flood meanwhile: ${taken} events taken, ${refused} requests answered 429.`);
}

function printStarts(title: string, rows: readonly StartRow[]): void {
  const [bare] = rows;
  printTable(
    title,
    ['', 'processor ms', 'wall ms', 'ratio to Node alone'],
    rows.map(({ name, processor, wall }) => [name, processor ?? '', wall, wall / (bare?.wall ?? NaN)]),
  );
}

async function deployed(): Promise<void> {
  const { zipped, bytes, files, libraries, starts } = await packageBench();
  printTable(
    'The package (production dependencies only)',
    ['', 'MB', 'files'],
    [
      ['zipped, as it is fetched', zipped / 1e6, 1],
      ['mounted', bytes / 1e6, files],
      ...libraries.slice(0, 10).map((library) => [library.name, library.bytes / 1e6, '']),
    ],
  );
  printStarts('Its cold start, medians', starts);
}

async function start(): Promise<void> {
  printStarts('Cold start, medians', await startBench());
  const { modules, packages, reportLibraries } = await loadedModules();
  const most = [...packages].sort(([, a], [, b]) => b - a).slice(0, 12);
  printTable(
    `Modules loaded at the start: ${modules}`,
    ['package', 'modules'],
    most.map(([name, count]) => [name, count]),
  );
  const none = reportLibraries.length === 0;
  console.log(`\nReport libraries loaded by then: ${none ? 'none' : reportLibraries.join(', ')}`);
}

async function reports(): Promise<void> {
  const rows = await reportsBench();
  printTable(
    'A report of 10,000 findings, its library loaded (goals: xlsx under 1 s, pdf under 3 s)',
    ['format', 'processor s', 'bytes'],
    rows.map(({ format, seconds, bytes }) => [format, seconds, bytes]),
  );
}

async function page(): Promise<void> {
  const agents = 10_000;
  const { findings, rows } = await consoleBench(agents);
  printTable(
    `The console at ${shown(agents)} agents and ${shown(findings)} open findings, cold, on loopback (goal: usable within 1 s)`,
    ['', 'median ms', 'worst ms', 'all of it, median ms'],
    rows.map(({ view, median, worst, whole }) => [view, median, worst, whole]),
  );
}

const sections = {
  admission,
  units,
  cost,
  fold,
  crowd,
  rebuild,
  posture,
  console: page,
  latency,
  neighbour,
  start,
  package: deployed,
  reports,
};

const { values } = parseArgs({ options: { section: { type: 'string' } } });
const chosen = Object.entries(sections).filter(([name]) => (values.section ?? name) === name);
if (chosen.length === 0) {
  console.error(`--section is one of ${Object.keys(sections).join(', ')}`);
  process.exitCode = 2;
}
for (const [, section] of chosen) await section();
