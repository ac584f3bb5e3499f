import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePorts, startStack, type Stack } from '../stack.js';
import { stateDirectory } from '../state.js';
import type { Posture } from './answers.js';
import { cast, tenant } from './cast.js';
import { deliverReport } from './deliver.js';
import { drillDown } from './drill-down.js';
import { askGate } from './gate.js';
import { gatherEvidence } from './gather.js';
import { openPage, type Page } from './page.js';
import { openService, type Service } from './service.js';
import {
  tellAfterwards,
  tellDrillDown,
  tellEvidence,
  tellGate,
  tellMail,
  tellPosture,
  tellReport,
  tellWorkload,
} from './tell.js';

// `npm run demo`: the whole loop on one machine, from a fresh state. Exit 0 only if everything that is printed holds.

const limitSeconds = 60;
const reportFolder = join(stateDirectory(), 'demo-report');
const cavraFolder = join(dirname(stateDirectory()), 'test/fixtures/cavra');

const demonstrate = async (stack: Stack, work: string, page: Page): Promise<void> => {
  const service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
  const postureWhen = (what: string, holds: (posture: Posture) => boolean): Promise<Posture> =>
    service.until(what, 30_000, async () => {
      const posture = await service.ask<Posture>(cast.ciso, 'GET', '/posture');
      return holds(posture) ? posture : undefined;
    });
  const gathered = await gatherEvidence(service, { work, cavra: cavraFolder });
  tellWorkload(page, gathered.workload);
  const entries = gathered.admitted.length + gathered.changes;
  const posture = await postureWhen('the posture to have it all', ({ position }) => position >= entries);
  tellEvidence(page, gathered, await quarantined(service));
  tellPosture(page, posture, gathered);
  tellDrillDown(page, await drillDown(service, posture));
  const delivered = await deliverReport(service, reportFolder);
  tellReport(page, delivered);
  const mails = stack.mail.inbox();
  const kept = join(reportFolder, 'mail.eml');
  for (const { file } of mails) await copyFile(file, kept);
  tellMail(page, mails, delivered, kept);
  const proven = ({ layers }: Posture): boolean => layers.reports.delivered > 0;
  tellAfterwards(page, posture, await postureWhen('the posture to know of the delivery', proven));
  tellGate(page, await askGate(service));
};

type Quarantine = { items: { code: string }[] };

/** Why each thing in quarantine is there. */
const quarantined = async (service: Service): Promise<string[]> =>
  (await service.ask<Quarantine>(cast.auditor, 'GET', '/quarantine')).items.map(({ code }) => code);

const main = async (root: string): Promise<boolean> => {
  const began = Date.now();
  const page = openPage((line) => console.log(line));
  const work = await mkdtemp(join(root, 'work-'));
  const stack = await startStack({
    directory: join(root, 'state'),
    ports: freePorts,
    onHostDeath: console.error,
  });
  const stop = (): void => void stack.close().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    console.log('AISPM on one machine: two agents at work, judged by their own evidence');
    await demonstrate(stack, work, page);
  } finally {
    await stack.close();
  }
  const seconds = (Date.now() - began) / 1000;
  page.expect(`it took less than ${limitSeconds} s`, seconds < limitSeconds);
  const { expected, failed } = page.verdict();
  page.heading(`${expected - failed.length} of ${expected} expectations hold, after ${seconds.toFixed(1)} s`);
  for (const what of failed) page.row('does not hold', what);
  return failed.length === 0;
};

/** With its cause, which is all that says why a `fetch` failed. */
const wordsOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause === undefined ? [] : [wordsOf(error.cause)])].join(': ')
    : String(error);

const root = await mkdtemp(join(tmpdir(), 'aispm-demo-'));
const holds = await main(root).catch((error: unknown) => {
  console.error(`\nThe demo stopped: ${wordsOf(error)}`);
  return false;
});
if (holds) await rm(root, { recursive: true });
else console.error(`\nWhat it left, and the host's log, is in ${root}`);
process.exit(holds ? 0 : 1);
