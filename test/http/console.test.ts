import { createHash } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import { consoleSettings, handlers } from '../../functions/console.js';
import { answering } from '../../functions/http/http.js';
import { consoleRoutes } from '../../functions/routes/console.js';
import { readConfiguration, type Configuration } from '../../shared/configuration.js';
import { style } from '../../shared/core/reports/html-style.js';
import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { openDesk, type Desk } from './desk.js';

let desk: Desk;
beforeEach(() => {
  const file = (text: string, contentType: string) => ({
    contentType,
    bytes: Buffer.from(text),
    encoded: { br: Buffer.from(`br of ${text}`) },
  });
  const files = new Map([
    ['index.html', file('page', 'text/html; charset=utf-8')],
    ['assets/a-1.js', file('script', 'text/javascript; charset=utf-8')],
  ]);
  desk = openDesk({ pages: { file: (name) => Promise.resolve(files.get(name) ?? null) } });
});

async function get(
  path: string,
  accepts = '',
): Promise<HttpResponseInit & { headers: Record<string, string> }> {
  const request = new HttpRequest({
    method: 'GET',
    url: `http://127.0.0.1/api/console/${path}`,
    query: { state: 'missing', cursor: 'of the page' },
    params: path === '' ? {} : { path },
    headers: { 'accept-encoding': accepts },
  });
  const serve = answering(desk, 'readConsole', consoleRoutes.readConsole, handlers.readConsole);
  const answer = await serve(request, new InvocationContext({ functionName: 'readConsole' }));
  return { ...answer, headers: answer.headers as Record<string, string> };
}
const textOf = ({ body }: HttpResponseInit): string => Buffer.from(body as Uint8Array).toString();

describe('the console', () => {
  it.each(['', 'tenants/acme/posture', 'tenants/acme/agents/a.b', 'sample/controls/x', '../index.html'])(
    'answers the address “%s” with the one page, for the address holds the view',
    async (path) => {
      const answer = await get(path);
      expect([answer.status, textOf(answer)]).toEqual([200, 'page']);
      expect(answer.headers['Cache-Control']).toBe('no-cache');
    },
  );

  it('lets the page run nothing but its own files and show the reports’ one style, and call nobody but this service and the issuer', async () => {
    const { 'Content-Security-Policy': policy } = (await get('')).headers;
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self' http://127.0.0.1:1",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]);
  });

  it('lets a file whose name carries its digest be kept for good, and sends it compressed to whoever can read that', async () => {
    const packed = await get('assets/a-1.js', 'gzip, deflate, br');
    expect([textOf(packed), packed.headers['Content-Encoding']]).toEqual(['br of script', 'br']);
    expect(packed.headers['Cache-Control']).toBe('public, max-age=31536000, immutable');
    expect(packed.headers['Vary']).toBe('Accept-Encoding');
    const plain = await get('assets/a-1.js');
    expect([textOf(plain), plain.headers['Content-Encoding']]).toEqual(['script', undefined]);
  });

  it.each(['assets/none.js', 'assets/../index.html', 'assets/__proto__'])(
    'answers 404 for the file %s, which the build did not leave',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('says how to sign in, without anything of a tenant', async () => {
    const answer = await get('settings.json');
    expect(JSON.parse(answer.body as string)).toEqual({
      signIn: { kind: 'local', issuer: 'http://127.0.0.1:1', clientId: 'console' },
      rehearsal: true,
    });
  });
});

describe('sign-in by configuration', () => {
  const local = readConfiguration({
    AISPM_ENVIRONMENT: 'production',
    COSMOS__accountEndpoint: 'https://db.example',
    BLOB__serviceUri: 'https://blob.example',
    KEY_VAULT_URI: 'https://vault.example',
    MAIL_ENDPOINT: 'https://mail.example',
    MAIL_SENDER: 'reports@example.com',
    TOKEN_ISSUER: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000002/v2.0',
    TOKEN_AUDIENCE: '00000000-0000-0000-0000-000000000009',
    TOKEN_JWKS_URI: 'https://login.microsoftonline.com/x/discovery/v2.0/keys',
  });
  const clientId = '00000000-0000-0000-0000-00000000000a';

  it('is Entra’s, for the directory that issues the tokens and the audience they must name', () => {
    const configured: Configuration = { ...local, CONSOLE_CLIENT_ID: clientId };
    expect(consoleSettings(configured)).toEqual({
      signIn: {
        kind: 'entra',
        authority: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000002',
        clientId,
        scope: '00000000-0000-0000-0000-000000000009/.default',
      },
      rehearsal: false,
    });
  });

  it('is none where no application is named', () => {
    expect(consoleSettings(local).signIn).toBeNull();
  });
});
