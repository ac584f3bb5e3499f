import { createParser } from 'eventsource-parser';
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

import type { Scope } from './address.js';
import { ask, NoAnswer } from './api.js';

// Server-sent events by fetch: an EventSource cannot send a token.

/** How many times the log was seen to have grown. Views ask again when it changes. */
const LiveContext = createContext(0);
export const LiveProvider = LiveContext.Provider;
export const useLive = (): number => useContext(LiveContext);

/** At most so often a view asks again, however fast evidence comes. */
const settleMs = 1_500;
/** Between two connections: after one that ended as it should and did not say itself, and after one that failed. */
const [pauseMs, faultPauseMs] = [3_000, 5_000];

/** Follows the log of a scope; counts up whenever it has grown. `following`: whether news would be heard now. */
export function useStream(scope: Scope | null, wanted: boolean): { version: number; following: boolean } {
  const [version, setVersion] = useState(0);
  const [following, setFollowing] = useState(false);
  const key = scope === null ? '' : scope.kind === 'sample' ? 'sample' : scope.id;
  useEffect(() => {
    setFollowing(false);
    if (scope === null || !wanted) return;
    const abort = new AbortController();
    let due: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      due ??= setTimeout(() => {
        due = undefined;
        setVersion((n) => n + 1);
      }, settleMs);
    };
    void follow(scope, abort.signal, heard, setFollowing);
    return () => {
      abort.abort();
      clearTimeout(due);
    };
  }, [key, wanted]);
  return { version, following };
}

/** Waits so long, or until there is nothing left to wait for. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });

/**
 * Reads the stream, a chain of answers: each ends at a change or before any timeout on the way, and the next is asked for
 * from where it ended. Goes on until it is told to stop, or there is nothing that this reader may hear.
 */
async function follow(
  scope: Scope,
  signal: AbortSignal,
  heard: () => void,
  setFollowing: (following: boolean) => void,
): Promise<void> {
  let last: string | undefined;
  let wait = pauseMs;
  let lost = false;
  while (!signal.aborted) {
    try {
      const headers = {
        Accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'Last-Event-ID': last }),
      };
      const answer = await ask(scope, '/stream', { signal, headers });
      setFollowing(true);
      // Views that asked meanwhile had no answer either.
      if (lost) heard();
      lost = false;
      const parser = createParser({
        onRetry: (ms) => (wait = ms),
        onEvent: ({ id }) => {
          if (id === undefined || id === last) return;
          // Also the first of all: what came in since the views asked, and before it, they have not seen.
          heard();
          last = id;
        },
      });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
        parser.feed(part.value);
      await pause(wait, signal);
    } catch (error) {
      if (signal.aborted) return;
      setFollowing(false);
      const fault = error instanceof NoAnswer ? error : null;
      // Asked for what is not served or not allowed: asking again would not change it.
      if (fault !== null && fault.status >= 400 && fault.status < 500 && fault.status !== 429) return;
      lost = true;
      await pause(fault?.retryAfterMs ?? faultPauseMs, signal);
    }
  }
}
