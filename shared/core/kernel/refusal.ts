import { problems, type Problem, type ProblemCode } from '../../../schemas/problem.js';

/**
 * The service says no. Thrown anywhere, turned into an RFC 9457 answer in one place (functions/http/http.ts).
 * The detail is shown to the caller: it names members and rules, never a value that was sent.
 */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly more: {
      pointer?: string;
      errors?: { pointer: string; detail: string }[];
      retryAfterSeconds?: number;
      legal?: string[];
      cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Refusal';
  }
}

/** RFC 9457 document of a refusal. */
export function problemOf(refusal: Refusal): Problem {
  const { status, title } = problems[refusal.code];
  const { pointer, errors, retryAfterSeconds, legal } = refusal.more;
  return {
    type: `urn:aispm:problem:${refusal.code}`,
    title,
    status,
    code: refusal.code,
    detail: refusal.message,
    ...(pointer === undefined ? {} : { pointer }),
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(legal === undefined ? {} : { legal }),
  };
}
