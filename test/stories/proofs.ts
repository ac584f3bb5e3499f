import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from '../../shared/cli/run.js';
import { archiveSignOffs, operatingReviewSections } from '../../schemas/sign-offs.js';
import { canarySource } from '../../shared/usecases/readiness/isolation-proofs.js';
import { decide, serveRuntime } from '../cli/runtime-stand-in.js';
import {
  decision,
  inventory,
  people,
  releaseOf,
  repository,
  tenant,
  uriOf,
  type Person,
  type SourceName,
  type Story,
} from './production-tenant.js';

/* What each proof of readiness takes, as the people and the machines of the tenant bring it about. */

type Links = Record<string, string>;

/** Sources that sign, and what each would post next anyway; the pipeline looks at the deployment. */
const connectors = {
  runtime: () => ['decision.recorded', decision('builder')],
  cmdb: () => ['inventory.declared', inventory()],
} satisfies Partial<Record<SourceName, () => [string, Record<string, unknown>]>>;
export type Connector = keyof typeof connectors | 'pipeline';
export const allConnectors: readonly Connector[] = ['runtime', 'cmdb', 'pipeline'];

type Challenge = { nonce: string; links: Links };

/** How long a connector has to answer: more than any machine that runs this takes. */
export const answerMinutes = 15;

/** An operator challenges a connector. */
export const challenge = ({ ask }: Story, connector: Connector): Promise<Challenge> =>
  ask<Challenge>('operator', 'POST', '/validations/connectors', { connector, minutes: answerMinutes });

/** What came of a challenge. */
export const outcomeOf = ({ ask, service }: Story, { links }: Challenge): Promise<string> =>
  service().until('the outcome of a challenge', 30_000, async () => {
    const { status } = await ask<{ status: string }>('operator', 'GET', links.self ?? '');
    return status === 'waiting' ? undefined : status;
  });

/** The connector returns the nonce as the id of its next event, over the path that all its evidence takes. */
export async function answer(story: Story, connector: Connector, given: Challenge): Promise<void> {
  if (connector === 'pipeline') return validateDeployment(story, given.nonce);
  const [type, data] = connectors[connector]();
  await story.say(connector, type, data, given.nonce);
}

export async function proveConnector(story: Story, connector: Connector): Promise<void> {
  const given = await challenge(story, connector);
  await answer(story, connector, given);
  expectTo(await outcomeOf(story, given), 'passed', `the challenge of ${connector}`);
}

function expectTo<T>(found: T, wanted: T, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)}`);
}

const canaries = ['canary-a', 'canary-b'] as const;
/** Who answers for a canary tenant, and is nobody in any other. */
export const keeperOf = (canary: (typeof canaries)[number]) => ({
  subject: `keeper-of-${canary}`,
  role: 'admin',
});

/** Two tenants that hold nothing of anybody’s. */
export async function setUpCanaries({ moved }: Story): Promise<void> {
  for (const canary of canaries)
    await moved.service(canary).ask(keeperOf(canary), 'PUT', '', {
      settings: { displayName: canary, timeZone: 'Etc/UTC' },
      sources: [canarySource(canary === 'canary-a' ? 'a' : 'b')],
    });
}

/** The five proofs, run against this deployment with the tokens of two canaries. @returns `passed` or `failed` */
export async function tryIsolation({ ask, moved }: Story): Promise<string> {
  const [a, b] = await Promise.all(
    canaries.map(async (canary) => {
      const { subject } = keeperOf(canary);
      const roles = ['admin', 'operator', 'collector'];
      return {
        tenant: canary,
        token: await moved.stack.issuer.token({ sub: subject, roles, tenants: [canary] }),
      };
    }),
  );
  const { outcome } = await ask<{ outcome: string }>('operator', 'POST', '/validations/isolation', { a, b });
  return outcome;
}

type Report = { id: string; status: string };

/** A report, asked for by one person and approved by another, to where its mails come to. */
export async function sendReport({ ask, service }: Story): Promise<string> {
  const { id } = await ask<Report>('operator', 'POST', '/reports', { type: 'ciso' });
  const when = (...statuses: string[]): Promise<string> =>
    service().until(`the report to be ${statuses.join(' or ')}`, 60_000, async () => {
      const { status } = await ask<Report>('ciso', 'GET', `/reports/${id}`);
      return statuses.includes(status) ? status : undefined;
    });
  await when('rendered');
  await ask('approver', 'POST', `/reports/${id}/approve`, {});
  return when('delivered', 'undelivered');
}

type DeliveryValidation = { validation: string; status: string; waitingFor: string | null; links: Links };

/** A validation of delivery: approved by a second person, its dead letter taken up by an operator. */
export async function proveDelivery({ ask, service }: Story): Promise<void> {
  const { validation, links } = await ask<DeliveryValidation>('operator', 'POST', '/validations/delivery');
  const when = (holds: (found: DeliveryValidation) => boolean): Promise<DeliveryValidation> =>
    service().until('the validation of delivery', 60_000, async () => {
      const found = await ask<DeliveryValidation>('operator', 'GET', links.self ?? '');
      return holds(found) || found.status === 'failed' ? found : undefined;
    });
  await when(({ waitingFor }) => waitingFor === 'approval');
  await ask('approver', 'POST', `/reports/${validation}/approve`, {});
  const stuck = await when(({ waitingFor }) => waitingFor === 'person');
  await ask('operator', 'POST', stuck.links.resume ?? '', { reason: 'the mailbox was full' });
  const { status } = await when((found) => found.status === 'passed');
  expectTo(status, 'passed', 'the validation of delivery');
}

/** `aispm exercise` through the runtime, with the runtime's own key. @returns its exit and what it printed */
export async function exercise(story: Story): Promise<{ exit: number; out: string }> {
  const { service, settled } = story;
  const runtime = await serveRuntime((action, n) => decide(action, n, Date.now()));
  const args = ['exercise', '--runtime', runtime.url, '--agent', 'builder', '--repository', repository];
  const ran = await aispmAs(story, 'runtime', args, await service().tokenOf(people.collector));
  runtime.close();
  await settled();
  return ran;
}

/** `aispm deployment` by the release pipeline, which reads the log and posts. */
async function validateDeployment(story: Story, nonce: string): Promise<void> {
  const { release, digest } = releaseOf(story);
  const pipeline = { sub: people.pipeline.subject, roles: ['viewer', 'collector'], tenants: [tenant] };
  const args = ['deployment', '--release', release, '--digest', digest, '--nonce', nonce];
  const ran = await aispmAs(story, 'pipeline', args, await story.moved.stack.issuer.token(pipeline));
  expectTo(ran.exit, 0, `aispm deployment: ${ran.out}`);
}

/** The command of a source of the tenant, with its own key, over the network. */
async function aispmAs(
  { moved, signers }: Story,
  source: SourceName,
  [name = '', ...args]: readonly string[],
  token: string,
): Promise<{ exit: number; out: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'aispm-story-'));
  const key = join(folder, 'key.json');
  const { privateKey, kid } = signers[source] ?? {};
  await writeFile(key, JSON.stringify({ ...privateKey?.export({ format: 'jwk' }), kid }));
  const lines: string[] = [];
  const where = ['--url', moved.stack.hostUrl, '--tenant', tenant, '--environment', 'production'];
  const exit = await run([name, ...where, '--source', uriOf(source), '--key', key, ...args], {
    out: (line) => void lines.push(line),
    err: (line) => void lines.push(line),
    env: { AISPM_TOKEN: token },
    fetch,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    now: () => Date.now(),
  });
  await rm(folder, { recursive: true });
  return { exit, out: lines.join('\n') };
}

type Drill = { outcome: string | null; links: Links };

/** The advisory drill, step by step as its script has it. */
export async function drill({ ask }: Story): Promise<void> {
  let running = await ask<Drill>('operator', 'POST', '/drills');
  for (; running.links.next !== undefined;)
    running = await ask<Drill>('operator', 'POST', running.links.next, { notes: 'done as the script says' });
  const { outcome } = await ask<Drill>('operator', 'POST', running.links.close ?? '', {});
  expectTo(outcome, 'passed', 'the drill');
}

type Quarter = { signOffs: { name: string; role: Person; links: Links }[] };
type Archive = { closed: boolean };

/** What shows a sign-off, where it rests on no other and on no drill. */
const shownBy: Readonly<Record<string, string>> = {
  publication_validation: 'delivery.validated',
  first_wave_activation: 'workflow.exercised',
  documentation_sync: 'deployment.validated',
};

/** Each part of a quarter is signed off by the role it belongs to, then its archive is closed. */
export async function closeArchive({ ask, latest }: Story, quarter: string): Promise<void> {
  const { signOffs } = await ask<Quarter>('auditor', 'GET', `/archives/${quarter}`);
  // The sections first: the review as a whole rests on them.
  for (const name of [...operatingReviewSections, ...archiveSignOffs]) {
    const part = signOffs.find((one) => one.name === name);
    if (part === undefined) throw new Error(`the quarter has no ${name}`);
    const type = shownBy[name];
    const evidenceIds = type === undefined ? [] : [await latest(type)];
    await ask(part.role, 'POST', part.links.signOff ?? '', { notes: 'as it should be', evidenceIds });
  }
  const { closed } = await ask<Archive>('operator', 'POST', `/archives/${quarter}/close`, {});
  expectTo(closed, true, 'the archive is closed');
}

type Review = { cadence: string; period: string; owner: Person; status: string; links: Links };
export const cadences = ['daily', 'weekly', 'monthly', 'quarterly'] as const;

/** The timers of the reviews fire; each review's digest arrives, and who owns it acknowledges it. @returns the periods they are about */
export async function review({ ask, moved, service }: Story): Promise<string[]> {
  for (const cadence of cadences) await moved.tick(`review${cadence[0]?.toUpperCase()}${cadence.slice(1)}`);
  const reviews = await service().until('four reviews', 60_000, async () => {
    const { items } = await ask<{ items: Review[] }>('auditor', 'GET', '/reviews');
    return items.length === cadences.length ? items : undefined;
  });
  await service().until('each digest to have arrived', 60_000, async () => {
    type Mail = { status: string; reportType: string };
    const { items } = await ask<{ items: Mail[] }>('auditor', 'GET', '/deliveries');
    const digests = items.filter(({ reportType }) => reportType === 'review-digest');
    const arrived = digests.filter(({ status }) => status === 'delivered');
    return arrived.length === cadences.length ? arrived : undefined;
  });
  for (const { owner, links } of reviews)
    await ask(owner, 'POST', `${links.self}/acknowledge`, { notes: 'read; nothing to be done' });
  return reviews.map(({ period }) => period).sort();
}
