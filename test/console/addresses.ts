import { describe, expect, it } from 'vitest';

import { settled, signIn, type World } from './world.js';

const demo = '/api/console/tenants/harbour';

/** What a link that was sent, and a name that was made up, come to. */
export function addressesAndNames(world: () => World): void {
  describe('whoever is sent a link', () => {
    it.each(['position=12', 'asOf='])(
      'to a past posture (%s) sees that one, and is told so',
      async (query) => {
        const tab = await world().open();
        const { page, faults } = tab;
        const whole = query === 'asOf=' ? `asOf=${encodeURIComponent(new Date().toISOString())}` : query;
        await page.goto(`${world().url}${demo}/posture?${whole}`);
        await signIn(page, { name: 'carla.ciso', role: 'viewer' });
        await page.getByText('a past state').waitFor();
        await settled(page);
        if (query.startsWith('position')) await page.getByText('position 12 of the log').waitFor();
        expect(await page.getByRole('heading', { name: /Open blockers/ }).count()).toBe(0);
        await page.getByRole('link', { name: /controls observed$/ }).click();
        await page.getByRole('heading', { name: 'Controls', level: 1 }).waitFor();
        expect(new URL(page.url()).search).toBe(`?${whole}`);
        await settled(page);
        if (query.startsWith('position')) await page.getByText('position 12 of the log').waitFor();
        expect(faults).toEqual([]);
        await tab.close();
      },
    );
  });

  describe('whoever follows the link of a mail', () => {
    it('signs in, takes the report when they ask for it, and hears why where it opens no more', async () => {
      const tab = await world().open();
      const { page, faults } = tab;
      const id = 'a'.repeat(32);
      let fetched = 0;
      const file = `**/api/tenants/harbour/packs/${id}?*`;
      await page.route(file, (route) => {
        fetched += 1;
        expect(route.request().headers()['authorization']).toMatch(/^Bearer /);
        return route.fulfill({ contentType: 'application/octet-stream', body: '%PDF-1.7' });
      });
      await page.goto(`${world().url}${demo}/packs/${id}`);
      await signIn(page, { name: 'carla.ciso', role: 'viewer' });
      await page.getByRole('heading', { name: 'A report for you' }).waitFor();
      expect(fetched).toBe(0);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download PDF' }).click(),
      ]);
      expect([download.suggestedFilename(), fetched]).toEqual(['report-aaaaaaaa.pdf', 1]);
      await page.unroute(file);
      await page.getByRole('button', { name: 'Download ZIP' }).click();
      await page.getByText('there is no such link').waitFor();
      expect(faults).toEqual([]);
      await tab.close();
    });
  });

  describe('whoever was without a network for a while', () => {
    it('sees the view that had no answer as soon as the service is heard again, without asking', async () => {
      const tab = await world().open();
      const { page, faults } = tab;
      await page.goto(`${world().url}${demo}/posture`);
      const away = /api\/tenants\/harbour\/(stream|tools)/;
      await page.route(away, (route) => route.abort());
      await signIn(page, { name: 'carla.ciso', role: 'viewer' });
      await settled(page);
      await page.getByRole('link', { name: 'Tools', exact: true }).first().click();
      await page.getByRole('heading', { name: 'No answer' }).waitFor();
      await page.unroute(away);
      await page.getByRole('table', { name: /^Tools/ }).waitFor();
      // The browser's own word for what was made to fail here.
      expect(faults.filter((fault) => !fault.includes('ERR_FAILED'))).toEqual([]);
      await tab.close();
    });
  });

  describe('whoever looks whose word evidence is', () => {
    it('is not told that what the service itself wrote lacks a signature', async () => {
      const tab = await world().open();
      await tab.page.goto(`${world().url}${demo}/evidence?type=aispm.report.rendered`);
      await signIn(tab.page, { name: 'carla.ciso', role: 'viewer' });
      await settled(tab.page);
      const told = await tab.page.locator('td[data-title=Standing]').allTextContents();
      expect(new Set(told)).toEqual(new Set(['Of the service']));
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });

  describe('whoever reads a name that reorders what follows it', () => {
    it('reads it in the order it is written, and sees that it would', async () => {
      const tab = await world().open();
      const { page, faults } = tab;
      await page.route('**/api/tenants/harbour/agents?*', async (route) => {
        const answer = await route.fetch();
        const text = (await answer.text()).replaceAll(
          '"name":"payments-builder"',
          '"name":"\u202elive\u202c-بناء"',
        );
        await route.fulfill({ response: answer, body: text });
      });
      await page.goto(`${world().url}${demo}/agents?coverage=covered`);
      await signIn(page, { name: 'carla.ciso', role: 'viewer' });
      await settled(page);
      expect(await page.locator('tbody th a').allTextContents()).toContain('\ufffdlive\ufffd-بناء');
      expect(faults).toEqual([]);
      await tab.close();
    });
  });
}
