import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson, urlOf } from '../exchange.js';

/*
 * The authorization code flow with PKCE (RFC 6749, 4.1; RFC 7636) for a page in a browser of this machine. Where Entra
 * asks for a password, this asks who one would like to be.
 */

/** What is asked for before a code is given. */
type Grant = {
  challenge: string;
  redirectUri: string;
  clientId: string;
  sub: string;
  role: string;
  tenant: string;
};
export type SignIn = {
  /** `GET` shows the form, `POST` takes it and sends the browser back with a code. */
  authorize(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Whom a code stands for, once; null for one that is unknown, old, used, or not asked for by this verifier. */
  redeem(form: URLSearchParams): Pick<Grant, 'sub' | 'role' | 'tenant'> | null;
};

const codeLivesMs = 60_000;

export const openSignIn = (roles: readonly string[]): SignIn => {
  const grants = new Map<string, Grant & { until: number }>();
  return {
    authorize: async (request, response) => {
      const posted = request.method === 'POST';
      const asked = posted
        ? new URLSearchParams((await readBody(request, 16 * 1024))?.toString('utf8') ?? '')
        : urlOf(request).searchParams;
      const fault = faultOf(asked);
      if (fault !== null)
        return sendJson(response, 400, { error: 'invalid_request', error_description: fault });
      if (!posted) return sendPage(response, formPage(asked, roles));
      const [sub, role, tenant] = [
        asked.get('sub') ?? '',
        asked.get('role') ?? '',
        asked.get('tenant') ?? '',
      ];
      if (sub === '' || tenant === '' || !roles.includes(role))
        return sendJson(response, 400, {
          error: 'invalid_request',
          error_description: 'say who, in which role, in which tenant',
        });
      const code = randomBytes(24).toString('base64url');
      const redirectUri = asked.get('redirect_uri') ?? '';
      grants.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        redirectUri,
        clientId: asked.get('client_id') ?? '',
        sub,
        role,
        tenant,
        until: Date.now() + codeLivesMs,
      });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      response.writeHead(303, { location: back.href, 'cache-control': 'no-store' });
      response.end();
    },
    redeem: (form) => {
      const code = form.get('code') ?? '';
      const grant = grants.get(code);
      grants.delete(code);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      return grant !== undefined &&
        grant.until >= Date.now() &&
        grant.challenge === challenge &&
        grant.redirectUri === form.get('redirect_uri') &&
        grant.clientId === form.get('client_id')
        ? grant
        : null;
    },
  };
};

function faultOf(asked: URLSearchParams): string | null {
  const redirect = asked.get('redirect_uri') ?? '';
  if (!URL.canParse(redirect) || !/^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(redirect).hostname))
    return 'redirect_uri must lead to this machine';
  if (asked.get('response_type') !== 'code') return 'response_type must be code';
  if (asked.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(asked.get('code_challenge') ?? ''))
    return 'code_challenge must be an S256 challenge';
  return null;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function formPage(asked: URLSearchParams, roles: readonly string[]): string {
  const kept = [...asked].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const options = roles.map((role) => `<option${role === 'viewer' ? ' selected' : ''}>${role}</option>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Local sign-in</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem;color:#14181f;background:#fff}
label{display:block;margin:1rem 0 .25rem}input,select,button{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}
button{margin-top:1.5rem;background:#0b4f8a;color:#fff;border:0;cursor:pointer}</style>
<main><h1>Local sign-in</h1><p>Stands in for Microsoft Entra ID on this machine. Be whoever you like.</p>
<form method="post" action="/authorize">${kept.join('')}
<label for="sub">Name</label><input id="sub" name="sub" required value="carla.ciso">
<label for="role">Role</label><select id="role" name="role">${options.join('')}</select>
<label for="tenant">Tenant</label><input id="tenant" name="tenant" required value="harbour">
<button>Sign in</button></form></main></html>`;
}

function sendPage(response: ServerResponse, page: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(page);
}
