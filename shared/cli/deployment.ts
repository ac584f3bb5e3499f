import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

import { checkpointSchema, logKeysSchema } from '../../schemas/answers/evidence.js';
import type { Health } from '../../schemas/answers/tenants.js';
import { nameSchema } from '../../schemas/primitives.js';
import { buildSchema, type Build } from '../../schemas/release.js';
import { evidenceIdOf } from '../core/kernel/ids.js';
import { instantOf } from '../core/kernel/time.js';
import { givenEventSchema } from '../core/log/verify-event.js';
import { isSameBuild } from '../core/readiness/stamp.js';
import { unsignedEvent } from '../core/readiness/unsigned.js';
import type { ofTheDeployment } from '../core/readiness/validators/deployment.js';
import { answeredCheckpoint } from './hold-together.js';
import { openService, serviceHelp, serviceOptions, valueOf, type Service } from './service.js';
import { environmentOf, postSigned, signerOf, sourceHelp, sourceOptions } from './signed-events.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';
import { trustIn } from './verify.js';

export const deploymentHelp = `aispm deployment --url URL --tenant ID --source URI --key FILE --environment NAME
                 --release NAME --digest SHA256

Looks at the deployment that runs at the address, through its public routes, and posts what it found, signed, as
deployment.validated: which build it says it runs, whether a route takes a token of its caller and no other, whether the
tenant's published keys verify the checkpoint that it signs, and whether its telemetry leaves it. What was not seen is not
said: the event names the build that was found, whichever was asked for, and what could not be looked at has failed.

${serviceHelp}
                     of a caller with the role collector and one that reads (viewer)
${sourceHelp('deployment.validated')}
  --release NAME     the release that should run there
  --digest SHA256    the digest of its package
  --nonce NONCE      what the service challenged this source with as a connector: the id of the event
  --deployment NAME  what the deployment is called (default: the host of --url, as the isolation proofs call it)

Exit: 0 all was found and posted, 1 something was not found, and that was posted, 2 could not tell, and nothing was posted.`;

const patienceMs = 120_000;
/** Protected, and what it answers is looked at as well. */
const guarded = 'log/checkpoint';
/** As long as a message of a check may be. */
const longest = 2_000;

/** Whether it is as it should be, and what was seen: both ways told to whoever reads the packet. */
type Found = { holds: boolean; seen: string };
type Looked = Found & { name: string };

/** `aispm deployment`. @throws CannotTell before anything is posted */
export async function deployment(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...serviceOptions,
      ...sourceOptions,
      deployment: { type: 'string' },
      release: { type: 'string' },
      digest: { type: 'string' },
      nonce: { type: 'string' },
    },
  });
  const { source, key, url = '' } = values;
  if (source === undefined || key === undefined) throw new CannotTell('--source and --key are needed');
  const wanted = buildSchema.safeParse({ name: values.release, digest: values.digest });
  if (!wanted.success) throw new CannotTell('--release and --digest, a SHA-256 in lower case, are needed');
  const environment = environmentOf(values.environment);
  const sign = await signerOf(key);
  const service = await openService(values, terminal);
  const name = nameSchema.safeParse(values.deployment ?? new URL(url).host);
  if (!name.success) throw new CannotTell('--deployment is no name');

  const before = await buildOf(service);
  const others = await lookAtAll(service);
  // Last, so that all that was seen before is seen of the build that is named.
  const after = await buildOf(service);
  const looked = [{ name: 'release', ...releaseRuns(wanted.data, before, after) }, ...others];
  const passed = looked.every(({ holds }) => holds);
  const event = unsignedEvent(
    'deployment.validated',
    values.nonce ?? `deployment-${randomUUID()}`,
    { source, time: instantOf(terminal.now()), environment },
    {
      deployment: name.data,
      release: after.name,
      digest: after.digest,
      outcome: passed ? 'passed' : 'failed',
      checks: looked.map((one) => ({
        name: one.name,
        status: one.holds ? 'pass' : 'blocker',
        message: one.seen.slice(0, longest),
        evidenceIds: [],
      })),
    },
  );
  const stored = await postSigned(service, [await sign(event)], terminal);
  if (stored.size === 0) throw new CannotTell('the service did not take what was found');
  const id = evidenceIdOf(source, event.id);
  for (const { holds, name: check, seen } of looked)
    terminal.out(plain(`${holds ? 'PASS' : 'FAIL'}  ${check}: ${seen}`));
  terminal.out(plain(`${passed ? 'VALIDATED' : 'NOT VALIDATED'}  ${name.data}, posted as ${id}`));
  await untilLogged(service, id, terminal);
  return passed ? 0 : 1;
}

/** @throws CannotTell where it does not say: nothing can then be said of any build. */
async function buildOf(service: Service): Promise<Build> {
  const { release } = await service.health(patienceMs);
  if (release === null) throw new CannotTell('the service does not say which build it is');
  return release;
}

function releaseRuns(wanted: Build, before: Build, after: Build): Found {
  const text = ({ name, digest }: Build): string => `${name}, SHA-256 ${digest}`;
  if (!isSameBuild(before, after))
    return { holds: false, seen: `${text(before)} ran, and then ${text(after)}: no one build was looked at` };
  return isSameBuild(wanted, after)
    ? { holds: true, seen: `${text(after)} runs` }
    : { holds: false, seen: `${text(after)} runs, not ${text(wanted)}` };
}

/** What the validator asks for, each by what shows it. */
const looks: Readonly<Record<(typeof ofTheDeployment)[number], (service: Service) => Promise<Found>>> = {
  identity: async ({ ask }) => {
    const nobody = await ask(guarded, patienceMs, { as: 'nobody' });
    const damaged = await ask(guarded, patienceMs, { as: 'damaged' });
    const own = await ask(guarded, patienceMs);
    return {
      holds: nobody.status === 401 && damaged.status === 401 && own.status === 200,
      seen: `GET …/${guarded} answers ${nobody.status} without a token, ${damaged.status} to a damaged one, and ${own.status} to the caller's own`,
    };
  },
  key_custody: async ({ ask, tenantId }) => {
    const published = await ask('keys', patienceMs, { as: 'nobody' });
    const trust = trustIn(valueOf('the published keys', published, logKeysSchema), tenantId);
    const answer = valueOf('the checkpoint', await ask(guarded, patienceMs), checkpointSchema);
    const fault = answeredCheckpoint(answer, trust).find(({ passed }) => !passed);
    const what = `the checkpoint of ${answer.size} entries`;
    return fault === undefined || fault.passed
      ? { holds: true, seen: `the published keys verify ${what}, which ${answer.keyId} signed` }
      : { holds: false, seen: `${what} does not verify: ${fault.check}: ${fault.detail} (${fault.code})` };
  },
  telemetry: async ({ health }) => {
    const says: Readonly<Record<Health['telemetry'], string>> = {
      exported: 'the service says that its telemetry is exported',
      local: 'the service says that its telemetry is local: it does not leave the process',
    };
    const { telemetry } = await health(patienceMs);
    return { holds: telemetry === 'exported', seen: says[telemetry] };
  },
};

/** One after another: what could not be looked at has failed, and says why. */
async function lookAtAll(service: Service): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const [name, look] of Object.entries(looks)) {
    try {
      looked.push({ name, ...(await look(service)) });
    } catch (error) {
      if (!(error instanceof CannotTell)) throw error;
      looked.push({ name, holds: false, seen: `could not be looked at: ${error.message}` });
    }
  }
  return looked;
}

/** Whoever asks the gate next is answered by what stands in the log. What is late is only told: it was taken. */
async function untilLogged(service: Service, id: string, terminal: Terminal): Promise<void> {
  const until = terminal.now() + patienceMs;
  try {
    for (; terminal.now() < until; await terminal.sleep(1_000)) {
      const answer = await service.ask(`evidence/${id}`, patienceMs);
      if (valueOf('the evidence', answer, givenEventSchema).log !== null) return;
    }
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
  }
  terminal.err(plain(`${id} was taken, but is not seen in the log yet`));
}
