/** What a command needs of the world, so that tests can stand in for it. */
export type Terminal = {
  /** One line to standard output: what was asked for. */
  out: (line: string) => void;
  /** One line to standard error: what went wrong. */
  err: (line: string) => void;
  env: Readonly<Record<string, string | undefined>>;
  fetch: typeof fetch;
  sleep: (milliseconds: number) => Promise<void>;
  now: () => number;
};

/** 0 what was asked for holds; 1 it does not; 2 it could not be told. A pipeline that treats 1 and 2 alike stays safe. */
export type ExitCode = 0 | 1 | 2;

/** It could not be told, and why: exit 2. The message never carries a secret. */
export class CannotTell extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'CannotTell';
  }
}

/**
 * Text of others for a terminal, in one line: what is printed may be a file's or an answer's own words, and control
 * characters there would move the cursor over a FAIL.
 */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
