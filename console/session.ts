import type { ConsoleSettings } from './answers.js';
import { base } from './address.js';
import { localSignIn } from './sign-in/local.js';
import type { SignIn } from './sign-in/sign-in.js';

/** Who looks at the page, as far as the token says: the service decides what they may see. */
export type Reader = { name: string; tenants: readonly string[]; roles: readonly string[] };

let settings: Promise<ConsoleSettings> | undefined;

/** How this deployment signs readers in. Asked once. */
export function consoleSettings(): Promise<ConsoleSettings> {
  settings ??= fetch(`${base}/settings.json`).then((answer) => {
    if (!answer.ok) throw new Error(`the settings were answered ${answer.status}`);
    return answer.json();
  });
  // A failure is not kept: the next question asks again.
  settings.catch(() => (settings = undefined));
  return settings;
}

let way: Promise<SignIn | null> | undefined;

/** The way in; null where this deployment has none. */
export function signInWay(): Promise<SignIn | null> {
  way ??= consoleSettings().then(async ({ signIn }) => {
    if (signIn === null) return null;
    if (signIn.kind === 'local') return localSignIn(signIn);
    const { entraSignIn } = await import('./sign-in/entra.js');
    return entraSignIn(signIn);
  });
  way.catch(() => (way = undefined));
  return way;
}

/** What the token says of its bearer, for the page's words only. */
export function readerOf(token: string): Reader | null {
  try {
    const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const text = new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0)));
    const claims: unknown = JSON.parse(text);
    const list = (name: string): string[] => {
      const value = member(claims, name);
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
    };
    const name = [member(claims, 'name'), member(claims, 'preferred_username'), member(claims, 'sub')].find(
      (value) => typeof value === 'string',
    );
    return { name: name ?? 'signed in', tenants: list('tenants'), roles: list('roles') };
  } catch {
    return null;
  }
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
