import { parseArgs } from 'node:util';

import { logKeysSchema } from '../../schemas/answers/evidence.js';
import { planSchema } from '../../schemas/plan.js';
import {
  readinessSchema,
  readinessTargetSchema,
  releaseBodySchema,
  type Readiness,
  type ReleaseBody,
} from '../../schemas/readiness.js';
import type { Trust } from '../core/log/trust.js';
import { foundBehind, saysReady, verifyAnswer } from '../core/readiness/verify-answer.js';
import { openService, serviceHelp, serviceOptions, valueOf, type Service } from './service.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';
import { readKeys, trustIn } from './verify.js';

export const gateHelp = `aispm gate --url URL --tenant ID --target trial|pilot|production [--release NAME]

Asks the gate to decide, and believes the answer only if its signature and checkpoint verify.

${serviceHelp}
  --target TARGET    trial, pilot or production
  --release NAME     what is to be released; stands in the signed answer
  --digest SHA256    the digest of the build: evidence must name it
  --built-at INSTANT when it was built: evidence must come after
  --keys FILE        the answer of GET …/keys, from somewhere you trust; without it, the service's answer
  --wait SECONDS     how long to wait for the service, and for blockers to go, before it decides (default 0)
  --json             the signed answer as JSON, which aispm verify can check later

In GitHub Actions and Azure Pipelines each blocker is an error of the run's own page as well.

Exit: 0 ready, 1 blocked, 2 could not tell.`;

/** Between two looks while waiting for blockers to go. */
const pollMs = 5_000;

/** `aispm gate`. @throws CannotTell, also for an answer that does not verify: it says nothing, whatever it says. */
export async function gate(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...serviceOptions,
      target: { type: 'string' },
      release: { type: 'string' },
      digest: { type: 'string' },
      'built-at': { type: 'string' },
      keys: { type: 'string' },
      wait: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  const target = readinessTargetSchema.safeParse(values.target);
  if (!target.success) throw new CannotTell('--target is trial, pilot or production');
  if (!/^[0-9]{1,5}$/.test(values.wait)) throw new CannotTell('--wait is a number of seconds');
  const asked: Asked = { target: target.data, ...releaseIn(values) };
  const until = terminal.now() + 1_000 * Number(values.wait);
  const patience = (): number => Math.max(0, until - terminal.now());

  const service = await openService(values, terminal);
  const trust = await trustOf(service, values.keys, patience());
  if (patience() > 0) await untilReady(service, asked, terminal, patience);
  const answer = await decide(service, asked, patience());
  believe(answer, asked, trust);

  if (values.json) terminal.out(JSON.stringify(answer));
  else for (const line of linesOf(answer)) terminal.out(plain(line));
  for (const line of annotationsOf(answer, terminal.env)) terminal.err(line);
  return saysReady(answer) ? 0 : 1;
}

type Asked = { target: Readiness['target'] } & ReleaseBody;

/** @throws CannotTell for a digest or an instant that is none, or that goes with no release. */
function releaseIn(values: {
  release?: string | undefined;
  digest?: string | undefined;
  'built-at'?: string | undefined;
}): ReleaseBody {
  const { release, digest, 'built-at': builtAt } = values;
  const given = Object.entries({ release, digest, builtAt }).filter(([, value]) => value !== undefined);
  const parsed = releaseBodySchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw new CannotTell('--digest is a SHA-256 in lower case, --built-at an instant');
  if (release === undefined && given.length > 0)
    throw new CannotTell('--digest and --built-at are of a --release');
  return parsed.data;
}

async function trustOf(service: Service, path: string | undefined, patienceMs: number): Promise<Trust> {
  const keys =
    path === undefined
      ? valueOf('the keys', await service.ask('keys', patienceMs), logKeysSchema)
      : (await readKeys(path)).value;
  return trustIn(keys, service.tenantId);
}

/** Looks at the plan, which records nothing, until nothing is left to do or the time is over. What it saw decides nothing. */
async function untilReady(
  service: Service,
  asked: Asked,
  terminal: Terminal,
  patience: () => number,
): Promise<void> {
  const named = Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined);
  const query = new URLSearchParams(named).toString();
  for (;;) {
    const answer = await service.ask(`readiness/plan?${query}`, patience());
    if (valueOf('the plan', answer, planSchema).ready || patience() < pollMs) return;
    await terminal.sleep(pollMs);
  }
}

async function decide(service: Service, asked: Asked, patienceMs: number): Promise<Readiness> {
  const answer = await service.ask('readiness', patienceMs, {
    method: 'POST',
    contentType: 'application/json',
    body: JSON.stringify(asked),
  });
  return valueOf('the gate', answer, readinessSchema);
}

/** @throws CannotTell unless the answer verifies and is about what was asked: an old one of another release or build must not pass. */
function believe(answer: Readiness, asked: Asked, trust: Trust): void {
  const failed = verifyAnswer(answer, trust).find(({ passed }) => !passed);
  if (failed !== undefined && !failed.passed)
    throw new CannotTell(`the answer does not verify: ${failed.check}: ${failed.detail} (${failed.code})`);
  const { release = null, digest = null } = asked;
  if (answer.target !== asked.target || answer.release !== release || answer.releaseDigest !== digest)
    throw new CannotTell('the answer is about another target, release or build than was asked');
}

function linesOf(answer: Readiness): string[] {
  const { target, release, releaseDigest, asOf, position, decision, blockers, checks } = answer;
  const name = `${release ?? 'release not named'}${releaseDigest === null ? '' : ` (${releaseDigest})`}`;
  const what = `${name} for ${target}, as of ${asOf}, log position ${position}`;
  return [
    `${saysReady(answer) ? 'READY' : 'BLOCKED'}  ${what}`,
    ...blockers.flatMap(({ id, title, resolution, owner }) => [
      `  ${title} (${id})`,
      `    found:      ${foundBehind(checks, id)}`,
      `    to resolve: ${resolution}`,
      `    who can:    ${owner}`,
    ]),
    `The answer is signed and verified; its record is ${decision ?? 'missing'}.`,
  ];
}

/**
 * Each blocker as the pipeline's own kind of error: workflow commands of GitHub Actions, logging commands of Azure
 * Pipelines. Both read commands from any line of either output, so what would end or begin one is escaped as they say.
 */
function annotationsOf({ blockers }: Readiness, env: Terminal['env']): string[] {
  const texts = blockers.map(({ id, title, resolution, owner }) => ({
    title: `${title} (${id})`,
    text: `${resolution} Who can: ${owner}.`,
  }));
  if (env['GITHUB_ACTIONS'] === 'true')
    return texts.map(({ title, text }) => `::error title=${property(title)}::${escaped(text)}`);
  if (env['TF_BUILD'] !== undefined)
    return texts.map(({ title, text }) => `##vso[task.logissue type=error]${escaped(`${title}: ${text}`)}`);
  return [];
}

const escaped = (text: string): string => plain(text.replaceAll('%', '%25').replaceAll(/\r?\n/g, '%0A'));
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
