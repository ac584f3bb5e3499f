import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { tenant } from '../../infra/local/demo/cast.js';
import { settled, type World } from './world.js';

/*
 * Sign-in by Microsoft's own library, with Entra's answers given in the browser: which requests it makes, and that what it
 * gets opens the service. The directory itself is the one thing that is not real here.
 */

const authority = 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000002';
const clientId = '00000000-0000-0000-0000-00000000000a';
const scope = 'api://aispm/.default';

const base64Url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const cors = { 'access-control-allow-origin': '*' };

/** Entra's side: a code at once for whoever asks, and for the code a token of the local issuer. */
async function beEntra(
  page: Page,
  world: World,
): Promise<{ asked: URLSearchParams[]; redeemed: URLSearchParams[] }> {
  const told = { asked: [] as URLSearchParams[], redeemed: [] as URLSearchParams[] };
  const settings = { signIn: { kind: 'entra', authority, clientId, scope }, rehearsal: true };
  await page.route('**/api/console/settings.json', (route) => route.fulfill({ json: settings }));
  await page.route(`${authority}/oauth2/v2.0/authorize*`, (route) => {
    const asked = new URL(route.request().url()).searchParams;
    told.asked.push(asked);
    const clientInfo = base64Url({ uid: 'object-1', utid: 'directory-1' });
    const back = new URLSearchParams({
      code: 'code-1',
      state: asked.get('state') ?? '',
      client_info: clientInfo,
    });
    const location = `${asked.get('redirect_uri') ?? ''}#${back.toString()}`;
    return route.fulfill({ status: 302, headers: { location } });
  });
  await page.route(`${authority}/oauth2/v2.0/token*`, async (route) => {
    told.redeemed.push(new URLSearchParams(route.request().postData() ?? ''));
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: clientId,
      iss: `${authority}/v2.0`,
      iat: now,
      nbf: now,
      exp: now + 3600,
      sub: 'subject-1',
      oid: 'object-1',
      tid: '00000000-0000-0000-0000-000000000002',
      name: 'Carla Ciso',
      preferred_username: 'carla@harbour.example',
      nonce: told.asked.at(-1)?.get('nonce'),
    };
    const token = await world.stack.issuer.token({
      sub: 'object-1',
      name: 'Carla Ciso',
      roles: ['viewer'],
      tenants: [tenant],
    });
    return route.fulfill({
      headers: cors,
      json: {
        token_type: 'Bearer',
        scope,
        expires_in: 3600,
        ext_expires_in: 3600,
        access_token: token,
        id_token: `${base64Url({ alg: 'RS256', typ: 'JWT' })}.${base64Url(claims)}.c2lnbmF0dXJl`,
        client_info: base64Url({ uid: 'object-1', utid: 'directory-1' }),
      },
    });
  });
  return told;
}

export function entra(world: () => World): void {
  describe('a member of an Entra directory', () => {
    it('signs in by code and PKCE, for tokens of the service alone, and comes back to the view that was asked for', async () => {
      // The policy of the page names the issuer that the deployment has, which is the local one here.
      const tab = await world().open({ bypassCSP: true });
      const { page } = tab;
      const { asked, redeemed } = await beEntra(page, world());
      await page.goto(`${world().url}/api/console/tenants/${tenant}/findings?sort=due`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Carla Ciso').waitFor();
      await settled(page);
      const { pathname, search } = new URL(page.url());
      expect(pathname + search).toBe(`/api/console/tenants/${tenant}/findings?sort=due`);
      expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
      const [first] = asked;
      expect(first?.get('response_type')).toBe('code');
      expect(first?.get('code_challenge_method')).toBe('S256');
      expect(first?.get('redirect_uri')).toBe(`${world().url}/api/console/signed-in`);
      expect(first?.get('scope')?.split(' ')).toContain(scope);
      expect(redeemed[0]?.get('code_verifier')).toMatch(/^[\w-]{43,}$/);
      await page.reload();
      await page.getByText('Carla Ciso').waitFor();
      expect(asked).toHaveLength(1);
      await tab.close();
    });
  });
}
