import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { quarter } from './furnish.js';
import { pictures, settled, signIn, type World } from './world.js';

const demo = '/api/console/tenants/harbour';

/** What is kept of how the tenant is run: schedules, deliveries, drills, archives. */
export function records(world: () => World): void {
  const open = async (role: string, path: string) => {
    const tab = await world().open();
    await tab.page.goto(`${world().url}${demo}${path}`);
    await signIn(tab.page, { name: `ines.${role}`, role });
    await settled(tab.page);
    return tab;
  };

  describe('an operator', () => {
    it('sees when each scheduled report is due next, and that it did not run yet', async () => {
      const tab = await open('operator', '/schedules');
      const { page } = tab;
      await page.getByRole('link', { name: 'ciso-monthly' }).click();
      await page.getByRole('heading', { name: 'Schedule ciso-monthly' }).waitFor();
      expect(await page.locator('.facts').textContent()).toMatch(/Monthly, at 07:00, Europe\/London/);
      await page.getByText('It was never due yet.').waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    it('follows a drill step by step, with what is still to do', async () => {
      const tab = await open('operator', '/drills');
      const { page } = tab;
      const table = page.getByRole('table', { name: 'Drills that were run by the script' });
      expect(await table.getByText('Passed', { exact: true }).count()).toBe(1);
      const running = table.getByRole('row').filter({ hasText: 'Running' });
      expect(await running.getByRole('cell', { name: '1 of 6' }).count()).toBe(1);
      await running.getByRole('rowheader').getByRole('link').click();
      await page.getByRole('heading', { name: 'Steps' }).waitFor();
      const states = await page.locator('td[data-title=State] .status').allTextContents();
      expect(states).toEqual(['In time', ...Array<string>(5).fill('Not done')]);
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });

  describe('an auditor', () => {
    it('sees how much of the mail arrived, and the address that each went to', async () => {
      const tab = await open('auditor', '/deliveries?status=delivered');
      const { page } = tab;
      const row = page
        .getByRole('table', { name: /^Deliveries/ })
        .getByRole('row')
        .nth(1);
      expect(await row.textContent()).toContain('ciso@harbour.example');
      const delivered = page.locator('.figures div').filter({ hasText: /^Delivered/ });
      expect(await delivered.locator('.value').textContent()).toBe('100.0%');
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    it('reads at a control what management answered to its exceptions, and the evidence of that', async () => {
      const tab = await open('auditor', '/controls/evidence-signed');
      const { page } = tab;
      const row = page
        .getByRole('table', { name: /^Management responses/ })
        .getByRole('row')
        .nth(1);
      expect(await row.textContent()).toMatch(/Agrees.*without its key.*before it starts/);
      await page.screenshot({ path: join(pictures, 'management-response.png'), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await row.getByRole('link', { name: /^Evidence/ }).click();
      await page.getByText('response.recorded').first().waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    it('sees what a quarter’s archive still lacks, and verifies its ZIP here by the code of aispm verify', async () => {
      const tab = await open('auditor', '/archives');
      const { page } = tab;
      await page.getByRole('heading', { name: `Archive of ${quarter}` }).waitFor();
      const signOffs = page.getByRole('table', { name: /^Sign-offs/ });
      expect(await signOffs.getByText('Given', { exact: true }).count()).toBe(11);
      await page.getByRole('navigation', { name: 'Quarters' }).getByRole('link').first().click();
      await page.getByText('None was built yet').waitFor();
      expect(await signOffs.getByText('Missing', { exact: true }).count()).toBe(11);
      await page.goBack();
      await page.getByRole('button', { name: 'Verify the newest archive' }).click();
      await page.getByText('Verified in this browser').waitFor();
      const checks = await page.locator('.checks .status').allTextContents();
      expect(checks.length).toBeGreaterThan(5);
      expect(new Set(checks)).toEqual(new Set(['Holds']));

      // One byte of the ZIP is another on its way here.
      await page.route('**/api/tenants/**/file', async (route) => {
        const body = Buffer.from(await (await route.fetch()).body());
        body[100] = (body[100] ?? 0) ^ 1;
        await route.fulfill({ body, contentType: 'application/zip' });
      });
      await page.getByRole('button', { name: 'Verify the newest archive' }).click();
      await page.getByText('Not verified').waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });
}
