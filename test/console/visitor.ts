import { describe, expect, it } from 'vitest';

import { settled, violations, type World } from './world.js';

/** Every view of the sample; those of one thing are met on the way from the lists. */
const views = [
  'posture',
  'changes',
  'controls',
  'frameworks',
  'findings',
  'approvals',
  'exceptions',
  'agents',
  'repositories',
  'workflows',
  'tools',
  'evidence',
  'reports',
  'deliveries',
  'schedules',
  'reviews',
  'archives',
  'drills',
  'readiness',
  'journey',
];

/** Whoever has no account and looks at the public sample. */
export function visitor(world: () => World): void {
  describe('a visitor of the sample', () => {
    it('sees every view without signing in, each marked as sample, and is never sent to the issuer', async () => {
      const tab = await world().open();
      const { page } = tab;
      const issuer = world().stack.issuer.issuer;
      page.on('request', (request) => {
        if (request.url().startsWith(issuer)) tab.faults.push(`asked the issuer: ${request.url()}`);
        if (request.headers()['authorization'] !== undefined) tab.faults.push('sent a token');
      });
      await page.goto(`${world().url}/api/console`);
      await page.getByRole('link', { name: 'Look at the sample' }).click();
      await page.getByRole('heading', { name: 'Posture', level: 1 }).waitFor();
      const found: string[] = [];
      for (const view of views) {
        await page.goto(`${world().url}/api/console/sample/${view}`);
        await settled(page);
        if (!(await page.getByText('SAMPLE — public-safe example data').isVisible()))
          found.push(`${view} is not marked`);
        if ((await page.locator('.notice').count()) > 0) found.push(`${view} has no answer`);
        found.push(...(await violations(page)).map((text) => `${view}: ${text}`));
      }
      expect([...found, ...tab.faults]).toEqual([]);
      await tab.close();
    }, 120_000);

    it('follows a number down to an event of the sample, and its proof is verified like any other', async () => {
      const tab = await world().open();
      const { page } = tab;
      await page.goto(`${world().url}/api/console/sample/posture`);
      await page.getByRole('link', { name: /items enforced/ }).click();
      const row = page
        .getByRole('row')
        .filter({ has: page.getByText('Enforced', { exact: true }) })
        .first();
      await row.getByRole('link').click();
      await page.locator('tbody a[aria-label^=Evidence]').first().click();
      await page.getByText('Verified in this browser').waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    it('reads a review that was made of a week: how things stood, what was found, and who acknowledged it', async () => {
      const tab = await world().open();
      const { page } = tab;
      await page.goto(`${world().url}/api/console/sample/reviews`);
      const acknowledged = page.getByRole('row').filter({ hasText: 'Acknowledged' }).nth(1);
      await acknowledged.getByRole('rowheader').getByRole('link').click();
      await page.getByRole('heading', { name: /^Weekly review/ }).waitFor();
      await page.getByRole('heading', { name: 'What the review found' }).waitFor();
      const facts = page.locator('.facts').first();
      expect(await facts.locator('dt').allTextContents()).toEqual(
        expect.arrayContaining(['Owned by', 'To be acknowledged by', 'Acknowledged']),
      );
      await facts
        .getByRole('link', { name: /^Evidence/ })
        .last()
        .click();
      await page.getByText('Verified in this browser').waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });
}
