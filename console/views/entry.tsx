import type { JSX, TargetedSubmitEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { hrefTo, sample } from '../address.js';
import type { ConsoleSettings } from '../answers.js';
import { goTo } from '../navigation.js';
import { Head, useTitle } from '../parts/page.js';
import { consoleSettings, signInWay, type Reader } from '../session.js';

/** Where one comes in without naming a tenant: the sample for everybody, tenants for whoever signs in. */
export function EntryView({ reader }: { reader: Reader | null }): JSX.Element {
  const [settings, setSettings] = useState<ConsoleSettings | null>(null);
  useEffect(() => {
    consoleSettings().then(setSettings, () => setSettings(null));
  }, []);
  const open = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const id = new FormData(event.currentTarget).get('tenant');
    if (typeof id === 'string' && id.trim() !== '')
      goTo(hrefTo({ kind: 'tenant', id: id.trim() }, ['posture']));
  };
  return (
    <>
      <Head title="AI security posture">
        <p>Posture from what agents really did. Every number leads to the evidence behind it.</p>
      </Head>
      <div class="front">
        <section class="panel">
          <h2>Your tenant</h2>
          {reader === null ? (
            settings?.signIn === null ? (
              <p>This deployment has no sign-in for the console: it names no application for it.</p>
            ) : (
              <>
                <p>What a tenant holds is shown to its members only.</p>
                <button
                  type="button"
                  class="main"
                  onClick={() => void signInWay().then((way) => way?.begin(location.pathname))}
                >
                  Sign in
                </button>
              </>
            )
          ) : (
            <>
              {reader.tenants.length === 0 ? null : (
                <ul class="plain-list">
                  {reader.tenants.map((id) => (
                    <li key={id}>
                      <a href={hrefTo({ kind: 'tenant', id }, ['posture'])}>{id}</a>
                    </li>
                  ))}
                </ul>
              )}
              <form class="filters" onSubmit={open}>
                <label>
                  <span>{reader.tenants.length === 0 ? 'Tenant' : 'Another tenant'}</span>
                  <input name="tenant" autocomplete="off" />
                </label>
                <button type="submit">Open</button>
              </form>
            </>
          )}
        </section>
        <section class="panel">
          <h2>The sample</h2>
          <p>Public-safe example data, without sign-in. Nothing in it is of a real tenant.</p>
          <p>
            <a href={hrefTo(sample, ['posture'])}>Look at the sample</a>
          </p>
        </section>
      </div>
    </>
  );
}

/** The way back from the issuer. */
export function SignedInView({ onSignedIn }: { onSignedIn: () => void }): JSX.Element {
  useTitle('Signing in');
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const complete = async (): Promise<void> => {
      const returnTo = (await (await signInWay())?.complete()) ?? null;
      if (returnTo === null) return setFailed(true);
      onSignedIn();
      goTo(returnTo, true);
    };
    complete().catch(() => setFailed(true));
  }, []);
  return failed ? (
    <section class="notice" role="alert">
      <h1>You are not signed in</h1>
      <p>The issuer sent nothing back that was asked for from here. Nothing was given away; begin again.</p>
      <p>
        <a href="/api/console">To the beginning</a>
      </p>
    </section>
  ) : (
    <div class="waiting" role="status">
      <span class="waiting-bar" aria-hidden="true" />
      <p>Signing in …</p>
    </div>
  );
}
