import { apiOf, type Scope } from './address.js';
import type { Problem } from './answers.js';
import { signInWay } from './session.js';

/** Why an answer could not be had: the service's own words, or `unreachable` where none came. */
export class NoAnswer extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** When the service says that the same would be answered; null where it says nothing. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(detail);
    this.name = 'NoAnswer';
  }
}

/** What was thrown, as a reason that can be shown: what is no answer at all did not reach the service. */
export const faultOf = (error: unknown): NoAnswer =>
  error instanceof NoAnswer ? error : new NoAnswer(0, 'unreachable', String(error));

/** A token for a scope; the sample needs none. @throws NoAnswer `unauthenticated` where the reader has to sign in. */
async function headersFor(scope: Scope): Promise<Record<string, string>> {
  if (scope.kind === 'sample') return {};
  const token = (await (await signInWay())?.token()) ?? null;
  if (token === null) throw new NoAnswer(401, 'unauthenticated', 'Sign in to see this tenant.');
  return { Authorization: `Bearer ${token}` };
}

/** Asks for something of a scope. @throws NoAnswer for anything but success. */
export async function ask(
  scope: Scope,
  path: string,
  options: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<Response> {
  const headers = { ...(await headersFor(scope)), ...options.headers };
  let answer: Response;
  try {
    answer = await fetch(apiOf(scope) + path, { headers, signal: options.signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new NoAnswer(0, 'unreachable', 'The service could not be reached.');
  }
  if (answer.ok) return answer;
  throw await problemIn(answer);
}

async function problemIn(answer: Response): Promise<NoAnswer> {
  const text = await answer.text();
  try {
    const { code, detail, title, retryAfterSeconds: seconds } = JSON.parse(text) as Problem;
    const retryAfterMs = seconds === undefined ? null : seconds * 1000;
    return new NoAnswer(answer.status, code, detail === '' ? title : detail, retryAfterMs);
  } catch {
    return new NoAnswer(answer.status, 'unreachable', `The service answered ${answer.status}.`);
  }
}

/** As `ask`, for JSON: the service answers by the schemas that the types are inferred from. */
export const read = async <T>(scope: Scope, path: string, signal?: AbortSignal): Promise<T> =>
  (await (await ask(scope, path, signal === undefined ? {} : { signal })).json()) as T;
