import { signedInPath, type SignIn } from './sign-in.js';

// Authorization code with PKCE (RFC 7636) at the issuer of the local stack, which stands in for Entra on this machine.

const tokenKey = 'aispm.token';
const pendingKey = 'aispm.sign-in';

type Kept = { token: string; expiresAt: number };
type Pending = { verifier: string; state: string; returnTo: string };

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)));

const kept = <T>(key: string): T | null => {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as T);
};

const redirectUri = (): string => new URL(signedInPath, location.origin).href;

export function localSignIn({ issuer, clientId }: { issuer: string; clientId: string }): SignIn {
  return {
    token: () => {
      const found = kept<Kept>(tokenKey);
      return Promise.resolve(found !== null && found.expiresAt > Date.now() ? found.token : null);
    },
    begin: async (returnTo) => {
      const pending: Pending = { verifier: random(), state: random(), returnTo };
      sessionStorage.setItem(pendingKey, JSON.stringify(pending));
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
      const asked = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri(),
        state: pending.state,
        code_challenge: base64Url(new Uint8Array(digest)),
        code_challenge_method: 'S256',
      });
      location.assign(`${issuer}/authorize?${asked.toString()}`);
    },
    complete: async () => {
      const given = new URLSearchParams(location.search);
      const pending = kept<Pending>(pendingKey);
      sessionStorage.removeItem(pendingKey);
      const code = given.get('code');
      // An answer that was not asked for from here may be an attacker's code (RFC 6749, 10.12).
      if (pending === null || code === null || given.get('state') !== pending.state) return null;
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          client_id: clientId,
          redirect_uri: redirectUri(),
          code_verifier: pending.verifier,
        }),
      });
      if (!answer.ok) return null;
      const { access_token: token, expires_in: seconds } = (await answer.json()) as {
        access_token: string;
        expires_in: number;
      };
      // Half a minute early, so that no request leaves with a token that ends on its way.
      const keep: Kept = { token, expiresAt: Date.now() + (seconds - 30) * 1000 };
      sessionStorage.setItem(tokenKey, JSON.stringify(keep));
      return pending.returnTo;
    },
    end: () => {
      sessionStorage.removeItem(tokenKey);
      return Promise.resolve();
    },
  };
}
