import { describe, expect, it } from 'vitest';

import { emptyTenant, settled, signIn, violations, type Tab, type World } from './world.js';

/** Views by their place in the menu, and what each says of a tenant that nothing was ever told of, instead of a number. */
const views: readonly (readonly [view: string, says: string])[] = [
  ['Posture', 'No inventory was declared, so there is nothing to measure against.'],
  ['What changed', 'No control that was enforced is only shadowed now.'],
  ['Controls', 'Not observed'],
  ['Frameworks', 'not observed'],
  ['Findings', 'No finding was opened yet.'],
  ['Approvals', 'No approval was asked for yet.'],
  ['Exceptions', 'No exception was granted yet.'],
  ['Waiting for a second person', 'Nothing waits for a second person.'],
  ['Agents', 'None of the agents is known yet.'],
  ['Repositories', 'None of the repositories is known yet.'],
  ['Workflows', 'None of the workflows is known yet.'],
  ['Tools', 'None of the tools is known yet.'],
  ['Report Center', 'No report was requested yet.'],
  ['Limits', 'No limits are approved'],
  ['Deliveries', 'No report was mailed yet.'],
  ['Schedules', 'No report is scheduled.'],
  ['Reviews', 'No review was made yet.'],
  ['Archives', 'None was built yet.'],
  ['Drills', 'No drill was started yet.'],
  ['Evidence', 'Tenant configured'],
  ['Readiness', 'Not ready for production'],
  ['Journey', 'No step was confirmed yet.'],
];

/** Words for what holds. Where there is no evidence none of them may stand anywhere. */
const good = ['Enforced', 'Holds', 'On target', 'Supported', 'Ready for', 'Confirmed'];

export function emptyDeployment(world: () => World): void {
  const open = async (name: string, role: string, tenant = emptyTenant): Promise<Tab> => {
    const tab = await world().open();
    await tab.page.goto(`${world().url}/api/console/tenants/${tenant}/posture`);
    await signIn(tab.page, { name, role, tenant });
    await settled(tab.page);
    return tab;
  };
  const goTo = async ({ page }: Tab, view: string): Promise<void> => {
    const link = page
      .getByRole('navigation', { name: 'Views' })
      .getByRole('link', { name: view, exact: true });
    await link.click();
    await page.waitForURL((url) => url.pathname.split('/')[5] !== undefined);
    await settled(page);
  };

  describe('an empty deployment', () => {
    it.each([
      ['carla.ciso', 'viewer'],
      ['olu.operator', 'operator'],
      ['ines.auditor', 'auditor'],
    ])(
      'claims nothing: %s, its %s, reads in every view what will stand there, and of nothing that it is well',
      async (name, role) => {
        const tab = await open(name, role);
        const { page } = tab;
        const found: string[] = [];
        for (const [view, says] of views) {
          await goTo(tab, view);
          const said = await page.locator('main').innerText();
          if (!said.includes(says)) found.push(`${view} does not say: ${says}`);
          for (const word of await page.locator('main .status.onTarget').allTextContents())
            if (good.some((one) => word.startsWith(one))) found.push(`${view} says: ${word}`);
          if ((await page.locator('.notice').count()) > 0) found.push(`${view} has no answer`);
          // Whoever it is, the page is the same; it is looked at once.
          if (role === 'viewer') found.push(...(await violations(page)).map((text) => `${view}: ${text}`));
        }
        expect([...found, ...tab.faults]).toEqual([]);
        await page.goto(`${world().url}/api/console/tenants/harbour/posture`);
        await page.getByRole('heading', { name: 'Nothing here for you' }).waitFor();
        await tab.close();
      },
      60_000,
    );

    it('tells a sender and a pipeline in every view that their role does not see it, and who can change that', async () => {
      for (const [role, sees] of [
        ['collector', []],
        ['pipeline', ['Readiness']],
      ] as const) {
        const tab = await open(`the.${role}`, role);
        const { page } = tab;
        const found: string[] = [];
        for (const [view] of views) {
          await goTo(tab, view);
          const refused = await page.getByRole('heading', { name: 'Your role does not see this' }).count();
          if (sees.some((one) => one === view) ? refused > 0 : refused === 0)
            found.push(`${view}: ${refused}`);
          for (const said of await page.locator('.notice').allInnerTexts())
            if (!said.includes('An administrator of the tenant can give you one'))
              found.push(`${view}: ${said}`);
        }
        expect([...found, ...tab.faults]).toEqual([]);
        await tab.close();
      }
    }, 60_000);

    it('has nothing to show of a tenant that nobody made, and asks a visitor to sign in', async () => {
      const tab = await open('ada.admin', 'admin', 'not-made-yet');
      await tab.page.getByText('There is no such tenant').waitFor();
      await tab.page.getByRole('button', { name: 'Sign out' }).click();
      await tab.page.getByRole('link', { name: 'Look at the sample' }).waitFor();
      await tab.page.goto(`${world().url}/api/console/tenants/${emptyTenant}/findings`);
      await tab.page.getByText('What a tenant holds is shown to its members only.').waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });
}
