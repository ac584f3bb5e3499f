import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

import type { Environment } from '../../schemas/primitives.js';
import { instantOf } from '../core/kernel/time.js';
import { elementsOf, notShown, outcomeEvents, type Observed } from '../core/readiness/exercise.js';
import { scenario } from '../core/readiness/exercise-scenario.js';
import { stampOf } from '../core/readiness/stamp.js';
import { unsignedEvent, type Unsigned } from '../core/readiness/unsigned.js';
import { openRuntime, type Runtime } from './runtime.js';
import { openService, serviceHelp, serviceOptions } from './service.js';
import { environmentOf, postSigned, signerOf, sourceHelp, sourceOptions } from './signed-events.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';

export const exerciseHelp = `aispm exercise --url URL --tenant ID --runtime URL|COMMAND --source URI --key FILE
               --environment NAME [-- ARGUMENT…]

Runs a scripted session through an agent runtime and posts what happened, signed: a file read and written, a high-risk
command, a Git branch and a pull request, an MCP call, an action that waits for approval, and attempts to get around the
runtime. What the runtime does not answer is not posted. The runtime takes an action as JSON, on its standard input or as
the body of a POST, and answers with CAVRA's decision record, whether it carried the action out, and the approval if any.
What is posted names the build of the service, which is asked for it before and after.

${serviceHelp}
  --runtime WHERE    an address, or a command; arguments for it stand behind --
${sourceHelp('workflow.exercised')}
  --agent NAME       the agent that acts (default aispm-exercise)
  --repository NAME  the repository it acts in (default aispm-exercise)

Exit: 0 every element shown and stored, 1 something is not shown or was refused, 2 could not tell.`;

const patienceMs = 120_000;

/** `aispm exercise`. @throws CannotTell */
export async function exercise(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...serviceOptions,
      ...sourceOptions,
      runtime: { type: 'string' },
      agent: { type: 'string', default: 'aispm-exercise' },
      repository: { type: 'string', default: 'aispm-exercise' },
    },
  });
  const { runtime, source, key, agent, repository } = values;
  if (runtime === undefined || source === undefined || key === undefined)
    throw new CannotTell('--runtime, --source and --key are needed');
  const environment = environmentOf(values.environment);
  const sign = await signerOf(key);
  const service = await openService(values, terminal);
  const { release: before } = await service.health(patienceMs);
  const session = `exercise-${randomUUID()}`;
  const run = { session, agent, repository, source, environment };
  const now = () => ({ source, time: instantOf(terminal.now()), environment });
  const began = unsignedEvent('session.recorded', `${session}:started`, now(), {
    session,
    agent,
    repository,
    state: 'started',
  });
  const { events, observed } = await attemptAll(openRuntime(runtime, positionals, terminal), run, terminal);
  if (observed.length === 0) throw new CannotTell('the runtime answered nothing, so nothing is posted');
  const stored = await postSigned(service, await Promise.all([began, ...events].map(sign)), terminal);
  const seen = observed.filter(({ event }) => stored.has(event.id));
  const build = stampOf(before, (await service.health(patienceMs)).release);
  const closing: Unsigned[] = [
    unsignedEvent('session.recorded', `${session}:ended`, now(), {
      session,
      agent,
      repository,
      state: 'completed',
      decisions: seen.length,
    }),
  ];
  if (seen.length > 0)
    closing.push(
      unsignedEvent('workflow.exercised', session, now(), {
        exercise: session,
        session,
        ...build,
        elements: elementsOf(seen, source),
      }),
    );
  const closed = await postSigned(service, await Promise.all(closing.map(sign)), terminal);
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

type Run = Record<'session' | 'agent' | 'repository' | 'source', string> & { environment: Environment };

async function attemptAll(
  ask: Runtime,
  { session, agent, repository, source, environment }: Run,
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
    // The runtime's own word on where it is counts before that of whoever runs this.
    const own = outcomeEvents(told.outcome, source, people).map((event) => ({ environment, ...event }));
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
