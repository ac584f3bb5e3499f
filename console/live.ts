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
/** Between two connections: after one that ended as it should, and after one that failed. */
const [pauseMs, faultPauseMs] = [1_000, 5_000];

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

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads the stream and takes it up again where it ended, until it is told to stop or there is none to read. */
async function follow(
  scope: Scope,
  signal: AbortSignal,
  heard: () => void,
  setFollowing: (following: boolean) => void,
): Promise<void> {
  let last: string | undefined;
  while (!signal.aborted) {
    try {
      const headers = {
        Accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'Last-Event-ID': last }),
      };
      const answer = await ask(scope, '/stream', { signal, headers });
      setFollowing(true);
      // The first event of a connection says where the log stands; what follows is news.
      let first = last === undefined;
      const parser = createParser({
        onEvent: ({ id }) => {
          if (id === undefined || id === last) return;
          last = id;
          if (!first) heard();
          first = false;
        },
      });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
        parser.feed(part.value);
      await pause(pauseMs);
    } catch (error) {
      if (signal.aborted) return;
      setFollowing(false);
      // Asked for what is not served or not allowed: asking again would not change it.
      if (error instanceof NoAnswer && error.status >= 400 && error.status < 500 && error.status !== 429)
        return;
      await pause(faultPauseMs);
    }
  }
}
