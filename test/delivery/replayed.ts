import { createRequire } from 'node:module';

/*
 * A flow run through the replay engine of the durable library itself, over a history whose clock is the test's. The one
 * deep import of it: what it exports is meant for tests and not typed.
 */

type Event = Readonly<Record<string, unknown>>;
type Action = { actionType: number; functionName?: string; fireAt?: string; compoundActions?: Action[] };
type Turn = { isDone: boolean; actions: Action[][]; output?: unknown; customStatus?: unknown };
type TestingUtils = {
  createOrchestrator(flow: unknown): (input: unknown, context: unknown) => Promise<Turn>;
  DummyOrchestrationContext: new () => object;
  DurableOrchestrationInput: new (id: string, history: readonly Event[], input: unknown) => object;
};
const testing = createRequire(import.meta.url)('durable-functions/lib/src/util/testingUtils') as TestingUtils;

const kind = { activity: 0, retried: 1, sub: 2, timer: 5 };
/** Waits for several at once name each of them again. */
const flat = (actions: readonly Action[]): Action[] =>
  actions.flatMap((one) => (one.compoundActions === undefined ? [one] : flat(one.compoundActions)));

export type Told = { step: string; at: number };

/**
 * Runs a flow to its end: each activity answers what `answer` says, and time jumps to the next timer whenever nothing
 * else is to come.
 * @returns the activities in order with their instants, the custom statuses, and the output
 */
export async function runFlow(
  flow: unknown,
  input: object,
  begins: number,
  answer: (step: string, now: number) => unknown,
): Promise<{ steps: Told[]; statuses: unknown[]; output: unknown }> {
  let now = begins;
  let ids = 0;
  const history: Event[] = [];
  const steps: Told[] = [];
  const statuses: unknown[] = [];
  const timers: { id: number; at: number }[] = [];
  const add = (EventType: number, rest: object = {}): void => {
    history.push({ EventType, EventId: -1, IsPlayed: false, Timestamp: new Date(now), ...rest });
  };
  add(12);
  add(0, { Name: 'flow', Input: JSON.stringify(input) });
  for (let turn = 0; turn < 2_000; turn += 1) {
    const run = testing.createOrchestrator(flow);
    const turned = await run(
      new testing.DurableOrchestrationInput('report', history, input),
      new testing.DummyOrchestrationContext(),
    );
    statuses.push(turned.customStatus);
    if (turned.isDone) return { steps, statuses, output: turned.output };
    const scheduled = flat(turned.actions.flat()).filter(({ actionType }) =>
      [kind.activity, kind.retried, kind.sub, kind.timer].includes(actionType),
    );
    const answers: { id: number; result: unknown; sub: boolean }[] = [];
    for (const { actionType, functionName = '', fireAt = '' } of scheduled.slice(ids)) {
      const id = ids++;
      if (actionType === kind.timer) {
        timers.push({ id, at: Date.parse(fireAt) });
        add(10, { EventId: id, FireAt: new Date(fireAt) });
        continue;
      }
      const sub = actionType === kind.sub;
      steps.push({ step: functionName, at: now - begins });
      add(sub ? 7 : 4, { EventId: id, Name: functionName });
      answers.push({ id, result: answer(functionName, now - begins), sub });
    }
    add(13);
    const next = timers.sort((a, b) => a.at - b.at).find(({ at }) => at > now);
    if (answers.length === 0 && next !== undefined) now = next.at;
    add(12);
    for (const { id, result, sub } of answers)
      add(sub ? 8 : 5, { TaskScheduledId: id, Result: JSON.stringify(result ?? null) });
    if (answers.length === 0 && next !== undefined) add(11, { TimerId: next.id, FireAt: new Date(next.at) });
  }
  throw new Error('the flow never ends');
}
