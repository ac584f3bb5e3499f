import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { CompactSign, importJWK } from 'jose';
import { z } from 'zod';

import { receiptSchema } from '../../schemas/answers/evidence.js';
import { canonicalBytes } from '../core/kernel/canonical.js';
import { instantOf } from '../core/kernel/time.js';
import {
  elementsOf,
  notShown,
  outcomeEvents,
  runEvent,
  type Observed,
  type Unsigned,
} from '../core/readiness/exercise.js';
import { scenario } from '../core/readiness/exercise-scenario.js';
import { stampOf } from '../core/readiness/stamp.js';
import { openRuntime, type Runtime } from './runtime.js';
import { openService, serviceHelp, serviceOptions, valueOf, type Service } from './service.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';

export const exerciseHelp = `aispm exercise --url URL --tenant ID --runtime URL|COMMAND --source URI --key FILE [-- ARGUMENT…]

Runs a scripted session through an agent runtime and posts what happened, signed: a file read and written, a high-risk
command, a Git branch and a pull request, an MCP call, an action that waits for approval, and attempts to get around the
runtime. What the runtime does not answer is not posted. The runtime takes an action as JSON, on its standard input or as
the body of a POST, and answers with CAVRA's decision record, whether it carried the action out, and the approval if any.
What is posted names the build of the service, which is asked for it before and after.

${serviceHelp}
  --runtime WHERE    an address, or a command; arguments for it stand behind --
  --source URI       the registered source that signs; registered for workflow.exercised by name
  --key FILE         its private key, a JWK (Ed25519 or P-256) with its kid
  --agent NAME       the agent that acts (default aispm-exercise)
  --repository NAME  the repository it acts in (default aispm-exercise)

Exit: 0 every element shown and stored, 1 something is not shown or was refused, 2 could not tell.`;

const patienceMs = 120_000;
type Sign = (event: Unsigned) => Promise<Unsigned>;

/** `aispm exercise`. @throws CannotTell */
export async function exercise(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...serviceOptions,
      runtime: { type: 'string' },
      source: { type: 'string' },
      key: { type: 'string' },
      agent: { type: 'string', default: 'aispm-exercise' },
      repository: { type: 'string', default: 'aispm-exercise' },
    },
  });
  const { runtime, source, key, agent, repository } = values;
  if (runtime === undefined || source === undefined || key === undefined)
    throw new CannotTell('--runtime, --source and --key are needed');
  const sign = await signerOf(key);
  const service = await openService(values, terminal);
  const before = await service.build(patienceMs);
  const session = `exercise-${randomUUID()}`;
  const run = { session, agent, repository, source };
  const now = (): { source: string; time: string } => ({ source, time: instantOf(terminal.now()) });
  const began = runEvent('session.recorded', `${session}:started`, now(), {
    session,
    agent,
    repository,
    state: 'started',
  });
  const { events, observed } = await attemptAll(openRuntime(runtime, positionals, terminal), run, terminal);
  if (observed.length === 0) throw new CannotTell('the runtime answered nothing, so nothing is posted');
  const stored = await post(service, await Promise.all([began, ...events].map(sign)), terminal);
  const seen = observed.filter(({ event }) => stored.has(event.id));
  const build = stampOf(before, await service.build(patienceMs));
  const closing: Unsigned[] = [
    runEvent('session.recorded', `${session}:ended`, now(), {
      session,
      agent,
      repository,
      state: 'completed',
      decisions: seen.length,
    }),
  ];
  if (seen.length > 0)
    closing.push(
      runEvent('workflow.exercised', session, now(), {
        exercise: session,
        session,
        ...build,
        elements: elementsOf(seen, source),
      }),
    );
  const closed = await post(service, await Promise.all(closing.map(sign)), terminal);
  const missing = notShown(seen);
  for (const { name, looksFor } of missing) terminal.out(plain(`NOT SHOWN  ${name}: ${looksFor}`));
  const whole = missing.length === 0 && stored.size === events.length + 1 && closed.size === closing.length;
  terminal.out(
    plain(`${whole ? 'SHOWN' : 'INCOMPLETE'}  session ${session}, ${seen.length} decisions stored`),
  );
  const { release } = build;
  terminal.out(
    plain(
      release === undefined
        ? 'The service does not say which build it is, or it changed: no release is named.'
        : `Of release ${release.name}, SHA-256 ${release.digest}.`,
    ),
  );
  return whole ? 0 : 1;
}

async function attemptAll(
  ask: Runtime,
  { session, agent, repository, source }: Record<'session' | 'agent' | 'repository' | 'source', string>,
  terminal: Terminal,
): Promise<{ events: Unsigned[]; observed: Observed[] }> {
  const people = new Uint8Array(randomBytes(32));
  const events: Unsigned[] = [];
  const observed: Observed[] = [];
  for (const { element, ...attempt } of scenario) {
    const told = await ask({
      schema_version: 'aispm.exercise_action.v1',
      session_id: session,
      agent_id: agent,
      repository,
      ...attempt,
    });
    if ('unknown' in told) {
      terminal.err(plain(`${element}: ${told.unknown}`));
      continue;
    }
    const own = outcomeEvents(told.outcome, source, people);
    const decided = own.find(({ type }) => type === 'aispm.decision.recorded');
    events.push(...own);
    if (decided !== undefined) observed.push({ element, event: decided });
    const { decision } = told.outcome.decision;
    terminal.out(
      plain(`${element}: ${decision}, ${told.outcome.executed ? 'carried out' : 'not carried out'}`),
    );
  }
  return { events, observed };
}

/** Posts signed events. @returns the ids of those that are in the service now */
async function post(service: Service, events: readonly Unsigned[], terminal: Terminal): Promise<Set<string>> {
  const answer = await service.ask('evidence', patienceMs, {
    method: 'POST',
    contentType: 'application/cloudevents-batch+json',
    body: JSON.stringify(events),
  });
  const { rejected } = valueOf('the evidence', answer, receiptSchema, 422);
  for (const { index, code, detail } of rejected)
    terminal.err(plain(`refused ${events[index]?.type ?? ''}: ${code}: ${detail}`));
  const refused = new Set(rejected.map(({ index }) => index));
  return new Set(events.filter((_, n) => !refused.has(n)).map(({ id }) => id));
}

const privateJwkSchema = z.union([
  z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    d: z.string(),
    kid: z.string(),
  }),
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    d: z.string(),
    kid: z.string(),
  }),
]);

/** Signs as the service checks: a detached JWS over the canonical bytes (RFC 7515, appendix F; RFC 8785). */
async function signerOf(path: string): Promise<Sign> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CannotTell(`${path} cannot be read`, { cause });
  }
  const jwk = privateJwkSchema.safeParse(keyIn(text));
  if (!jwk.success) throw new CannotTell(`${path} is no private JWK with a kid`);
  const alg = jwk.data.kty === 'OKP' ? 'EdDSA' : 'ES256';
  const key = await importJWK(jwk.data, alg);
  return async (event) => {
    const jws = await new CompactSign(canonicalBytes(event))
      .setProtectedHeader({ alg, kid: jwk.data.kid })
      .sign(key);
    const [header, , signature] = jws.split('.');
    return { ...event, signature: `${header}..${signature}` };
  };
}

function keyIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
