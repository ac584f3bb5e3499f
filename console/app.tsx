import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { base, hrefTo, type Address, type Scope } from './address.js';
import type { TenantAnswer } from './answers.js';
import { LiveProvider, useStream } from './live.js';
import { goTo, ScopeProvider, useAddress, useScope } from './navigation.js';
import { Areas } from './parts/areas.js';
import { Head } from './parts/page.js';
import { State } from './parts/status.js';
import { forgetAnswers, SignInNotice, useRead } from './reading.js';
import { consoleSettings, readerOf, signInWay, type Reader } from './session.js';
import { setTheme, theme, type Theme } from './theme.js';
import { EntryView, SignedInView } from './views/entry.js';
import { viewOf } from './views/views.js';

/** The reader, as far as a token is there; asked for where a token would be used. */
function useReader(scope: Scope | null): { reader: Reader | null; asked: boolean; refresh: () => void } {
  const [{ reader, asked }, setAnswer] = useState<{ reader: Reader | null; asked: boolean }>({
    reader: null,
    asked: false,
  });
  const [times, setTimes] = useState(0);
  const isSample = scope?.kind === 'sample';
  useEffect(() => {
    // Whoever only looks at the sample meets no issuer.
    if (isSample) return setAnswer({ reader: null, asked: false });
    let current = true;
    signInWay()
      .then((way) => way?.token() ?? null)
      .then(
        (token) => {
          if (current) setAnswer({ reader: token === null ? null : readerOf(token), asked: true });
        },
        () => undefined,
      );
    return () => {
      current = false;
    };
  }, [isSample, times]);
  return { reader, asked, refresh: () => setTimes((n) => n + 1) };
}

export function App(): JSX.Element {
  const address = useAddress();
  const { scope, path, query } = address;
  const { reader, asked, refresh } = useReader(scope);
  const { version, following } = useStream(scope, scope?.kind === 'sample' || reader !== null);
  const main = useRef<HTMLElement>(null);
  const place = `${scope === null ? '' : hrefTo(scope, path)}/${path.join('/')}`;
  const page = `${place} ${query.get('cursor') ?? ''}`;
  const search = query.toString();
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const before = shown.current;
    shown.current = page;
    // The first one is where they are already.
    if (before === null) return;
    // Another view or page: whoever reads by ear or by keyboard begins at its head.
    if (before !== page) {
      main.current?.focus();
      scrollTo(0, 0);
      // What was chosen may be gone with the choice: they go on from here and not from nowhere.
    } else if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [page, search]);
  return (
    <ScopeProvider value={scope ?? { kind: 'sample' }}>
      <LiveProvider value={version}>
        <a class="skip" href="#view">
          Skip to the view
        </a>
        <Bar scope={scope} reader={reader} following={following} onSignedOut={refresh} />
        {scope?.kind === 'sample' ? (
          <aside class="sample-mark" aria-label="Marking">
            SAMPLE — public-safe example data; nothing here is of a real tenant
          </aside>
        ) : null}
        <div class={scope === null ? 'frame alone' : 'frame'}>
          {scope === null ? null : <Areas key={place} scope={scope} current={path[0] ?? 'posture'} />}
          <main id="view" tabIndex={-1} ref={main}>
            {scope?.kind === 'tenant' && asked && reader === null ? (
              <SignInNotice />
            ) : (
              <View address={address} reader={reader} onSignedIn={refresh} />
            )}
          </main>
        </div>
      </LiveProvider>
    </ScopeProvider>
  );
}

function View({
  address: { scope, path },
  reader,
  onSignedIn,
}: {
  address: Address;
  reader: Reader | null;
  onSignedIn: () => void;
}): JSX.Element {
  if (scope === null) {
    if (path[0] === 'signed-in') return <SignedInView onSignedIn={onSignedIn} />;
    if (path.length === 0) return <EntryView reader={reader} />;
  }
  const view = scope === null ? null : viewOf(path);
  return (
    view ?? (
      <Head title="There is no such view">
        <p>
          <a href={scope === null ? base : hrefTo(scope, ['posture'])}>
            {scope === null ? 'To the beginning' : 'To the posture'}
          </a>
        </p>
      </Head>
    )
  );
}

function Bar({
  scope,
  reader,
  following,
  onSignedOut,
}: {
  scope: Scope | null;
  reader: Reader | null;
  following: boolean;
  onSignedOut: () => void;
}): JSX.Element {
  const signOut = async (): Promise<void> => {
    await (await signInWay())?.end();
    forgetAnswers();
    onSignedOut();
    goTo(base);
  };
  return (
    <header class="bar">
      <a class="brand" href={base}>
        AISPM
      </a>
      {scope === null ? <span class="grow" /> : <ScopeName />}
      {scope !== null && following ? <State status="on_target" word="Live" /> : null}
      <ThemeChoice />
      {reader === null ? null : (
        <>
          <span class="reader">{reader.name}</span>
          <button type="button" onClick={() => void signOut()}>
            Sign out
          </button>
        </>
      )}
    </header>
  );
}

/** The tenant by its own name once that is known. */
function ScopeName(): JSX.Element {
  const scope = useScope();
  const tenant = useRead<TenantAnswer>(scope.kind === 'tenant' ? '' : null);
  const [rehearsal, setRehearsal] = useState(false);
  useEffect(() => {
    if (scope.kind === 'tenant')
      consoleSettings().then(
        (settings) => setRehearsal(settings.rehearsal),
        () => undefined,
      );
  }, [scope.kind]);
  if (scope.kind === 'sample') return <span class="tenant grow">Sample</span>;
  return (
    <span class="tenant grow">
      {tenant.value?.settings.displayName ?? scope.id}
      {rehearsal ? <span class="rehearsal"> Rehearsal — not a production record</span> : null}
      {tenant.value?.sample === true ? <span class="rehearsal"> Sample</span> : null}
    </span>
  );
}

const themes: readonly (readonly [Theme, string])[] = [
  ['auto', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function ThemeChoice(): JSX.Element {
  const [chosen, setChosen] = useState(theme);
  return (
    <select
      aria-label="Colours"
      value={chosen}
      onChange={(event) => {
        const next = themes.find(([name]) => name === event.currentTarget.value)?.[0] ?? 'auto';
        setTheme(next);
        setChosen(next);
      }}
    >
      {themes.map(([name, words]) => (
        <option key={name} value={name}>
          {words}
        </option>
      ))}
    </select>
  );
}
