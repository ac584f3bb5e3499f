import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { apiOf } from './address.js';
import { faultOf, read, type NoAnswer } from './api.js';
import { useLive } from './live.js';
import { useScope } from './navigation.js';
import { signInWay } from './session.js';

/** An answer on its way, here, or not to be had. While a newer one is on its way the last one stays. */
export type Reading<T> = { value: T | null; fault: NoAnswer | null; again: () => void };

/** Answers seen, so that going back shows at once what is then asked for anew. Oldest out first. */
const seen = new Map<string, unknown>();
const mostSeen = 60;

function remember(key: string, value: unknown): void {
  seen.delete(key);
  seen.set(key, value);
  const [oldest] = seen.keys();
  if (seen.size > mostSeen && oldest !== undefined) seen.delete(oldest);
}

/** Forgets everything: another reader may come. */
export const forgetAnswers = (): void => seen.clear();

/** Asks for a path of the scope, and again when the log has grown. Null asks for nothing. */
export function useRead<T>(path: string | null): Reading<T> {
  const scope = useScope();
  const version = useLive();
  const [tries, setTries] = useState(0);
  const key = path === null ? null : apiOf(scope) + path;
  const [state, setState] = useState<{ key: string | null; value: T | null; fault: NoAnswer | null }>({
    key: null,
    value: null,
    fault: null,
  });
  useEffect(() => {
    if (path === null || key === null) return;
    const abort = new AbortController();
    read<T>(scope, path, abort.signal).then(
      (value) => {
        if (abort.signal.aborted) return;
        remember(key, value);
        setState({ key, value, fault: null });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const fault = faultOf(error);
        // What was there a moment ago is kept where only the way to it failed.
        const passing = fault.status === 0 || fault.status === 429 || fault.status >= 500;
        setState((before) =>
          passing && before.key === key && before.value !== null ? before : { key, value: null, fault },
        );
      },
    );
    return () => abort.abort();
  }, [key, version, tries]);
  const again = (): void => setTries((n) => n + 1);
  if (state.key === key) return { value: state.value, fault: state.fault, again };
  // as: the same key holds the same answer.
  const before = key === null ? undefined : (seen.get(key) as T | undefined);
  return { value: before ?? null, fault: null, again };
}

/** Shows a reading once it is there, and until then, or instead, what there is to say. */
export function Shown<T>({
  of,
  what,
  whole,
  children,
}: {
  of: Reading<T>;
  /** What is waited for, in the middle of a sentence. */
  what: string;
  /** It is the whole view, so that what stands instead of it is headed as one. */
  whole?: true;
  children: (value: T) => ComponentChildren;
}): JSX.Element {
  const Title = whole === true ? 'h1' : 'h2';
  if (of.fault !== null) return <Fault fault={of.fault} what={what} again={of.again} Title={Title} />;
  if (of.value === null)
    return (
      <div class="waiting" role="status">
        <span class="waiting-bar" aria-hidden="true" />
        {whole === true ? <h1 class="said">Loading {what}</h1> : null}
        <p>Loading {what} …</p>
      </div>
    );
  return <>{children(of.value)}</>;
}

const beginSignIn = (): void =>
  void signInWay().then((way) => way?.begin(location.pathname + location.search));

/** What stands where only a tenant's members see something. */
export const SignInNotice = (): JSX.Element => (
  <section class="notice">
    <h1>Sign in</h1>
    <p>What a tenant holds is shown to its members only.</p>
    <button type="button" class="main" onClick={beginSignIn}>
      Sign in
    </button>
  </section>
);

/** Why there is nothing to see, and what can be done about it. */
export function Fault({
  fault,
  what,
  again,
  Title,
}: {
  fault: NoAnswer;
  what: string;
  again: () => void;
  Title: 'h1' | 'h2';
}): JSX.Element {
  switch (fault.status) {
    case 401:
      return <SignInNotice />;
    case 403:
      return (
        <section class="notice">
          <Title>Your role does not see this</Title>
          <p>
            To see {what}, {fault.message}. An administrator of the tenant can give you one.
          </p>
        </section>
      );
    case 404:
      return (
        <section class="notice">
          <Title>Nothing here for you</Title>
          <p>{sentence(fault.message)} It may be gone, or belong to somebody else.</p>
        </section>
      );
    case 400:
    case 409:
      return (
        <section class="notice">
          <Title>This address asks for something that is not served</Title>
          <p>{sentence(fault.message)}</p>
        </section>
      );
    default:
      return (
        <section class="notice" role="alert">
          <Title>No answer</Title>
          <p>{sentence(fault.message)} Nothing is lost: what is shown here is only read.</p>
          <button type="button" onClick={again}>
            Ask again
          </button>
        </section>
      );
  }
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
