import { join } from 'node:path';
import { expect, it } from 'vitest';

import { looks, lookAt } from './views.js';
import { emptyTenant, pictures, settled, signIn, violations, type Tab, type World } from './world.js';

const demo = '/api/console/tenants/harbour';
const api = '**/api/tenants/harbour/findings*';
const one = '**/api/tenants/harbour/findings/*';

/** What stands where there is nothing to see: each designed, and seen as it is. */
const states: readonly {
  name: string;
  says: string;
  path?: string;
  who?: { name: string; role: string; tenant?: string };
  /** What happens to the question that the view asks. */
  meets?: (tab: Tab) => Promise<unknown>;
}[] = [
  { name: 'loading', says: 'Loading the findings', meets: ({ page }) => page.route(api, () => undefined) },
  {
    name: 'loading-one',
    says: 'Loading the finding …',
    path: `${demo}/findings/${'f'.repeat(64)}`,
    meets: ({ page }) => page.route(one, () => undefined),
  },
  { name: 'error', says: 'No answer', meets: ({ page }) => page.route(api, (route) => route.abort()) },
  { name: 'no-permission', says: 'Your role does not see this', who: { name: 'runtime', role: 'collector' } },
  { name: 'not-there', says: 'Nothing here for you', path: `${demo}/findings/${'f'.repeat(64)}` },
  { name: 'not-served', says: 'This address asks for something', path: `${demo}/findings?severity=none` },
  {
    name: 'searched-in-vain',
    says: 'Nothing among the findings is like that',
    path: `${demo}/findings?id=0000000`,
  },
  {
    name: 'empty',
    says: 'No report is scheduled',
    path: `/api/console/tenants/${emptyTenant}/schedules`,
    who: { name: 'ada.admin', role: 'admin', tenant: emptyTenant },
  },
];

export function everyState(world: () => World): void {
  it('says in words of its own why there is nothing to see, in every such state', async () => {
    const found: string[] = [];
    for (const { name, says, path = `${demo}/findings`, who, meets } of states) {
      const tab = await world().open();
      await meets?.(tab);
      await tab.page.goto(`${world().url}${path}`);
      await signIn(tab.page, who ?? { name: 'carla.ciso', role: 'viewer' });
      await tab.page.getByText(says).first().waitFor();
      if (!name.startsWith('loading')) await settled(tab.page);
      for (const way of looks) {
        await lookAt(tab, way);
        found.push(...(await violations(tab.page, way.rules)).map((text) => `${name}, ${way.look}: ${text}`));
        await tab.page.screenshot({ path: join(pictures, `state-${name}-${way.look}.jpg`), quality: 90 });
      }
      await tab.close();
    }
    expect(found).toEqual([]);
  }, 240_000);
}
