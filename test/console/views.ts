import { join } from 'node:path';
import { expect, it } from 'vitest';

import { pictures, settled, signIn, violations, type Tab, type World } from './world.js';

const demo = '/api/console/tenants/harbour';

/** Every view, by the name of its picture; some are reached by a way from another, link by link. */
export const views: readonly (readonly [name: string, path: string, ...ways: string[]])[] = [
  ['posture', '/posture'],
  ['changes', '/changes'],
  ['controls', '/controls'],
  ['control', '/controls', 'tbody th a'],
  ['frameworks', '/frameworks'],
  ['framework', '/frameworks', 'tbody th a'],
  ['findings', '/findings'],
  ['finding', '/findings', 'tbody th a'],
  ['approvals', '/approvals'],
  ['approval', '/approvals', 'tbody th a'],
  ['exceptions', '/exceptions'],
  ['waiting', '/waiting'],
  ['limits', '/appetite'],
  ['agents', '/agents'],
  ['agent', '/agents/payments-builder'],
  ['repositories', '/repositories'],
  ['workflows', '/workflows'],
  ['tools', '/tools'],
  ['tool', '/tools', 'tbody th a'],
  ['session', '/agents/payments-builder', 'a[href*="/sessions/"]'],
  ['evidence', '/evidence'],
  ['event', '/evidence', 'tbody th a'],
  ['reports', '/reports'],
  ['report', '/reports', 'a[href*="/reports/"]'],
  ['artifact', '/reports', 'a[href*="/reports/"]', 'a[href$="/artifacts/html"]'],
  ['pack', `/packs/${'0'.repeat(32)}`],
  ['deliveries', '/deliveries'],
  ['schedules', '/schedules'],
  ['schedule', '/schedules/ciso-monthly'],
  ['reviews', '/reviews'],
  ['archives', '/archives'],
  ['drills', '/drills'],
  ['drill', '/drills', 'tbody th a'],
  ['readiness', '/readiness'],
  ['journey', '/journey'],
  ['none', '/nothing-of-that-name'],
  // The demo has not run for a day, so that no review was made of it; the sample has.
  ['review', '/api/console/sample/reviews', 'tbody th a'],
];

export async function show({ page }: Tab, world: World, path: string, ...ways: string[]): Promise<void> {
  await page.goto(`${world.url}${path.startsWith('/api/') ? '' : demo}${path}`);
  await settled(page);
  for (const way of ways) {
    const before = page.url();
    await page.locator(way).first().click();
    await page.waitForURL((url) => url.href !== before);
    await settled(page);
  }
  await expect.poll(() => page.getByText('Being checked').count()).toBe(0);
}

/** Text that sticks out of what holds it, or lies over other text. */
const cut = `[...document.querySelectorAll('main *')].filter((one) => one.scrollWidth > one.clientWidth + 1 &&
  one.clientWidth > 0 && getComputedStyle(one).display !== 'inline' && !one.closest('pre, svg, caption, thead'))
  .map((one) => one.tagName + '.' + one.className + ': ' + one.textContent.slice(0, 60))`;

/** What is wrong with a view on a sheet of A4, of which a file is left beside the pictures. */
async function onPaper({ page }: Tab, name: string): Promise<string[]> {
  const screen = page.viewportSize();
  // 210 mm less the margins that the style sets.
  await page.setViewportSize({ width: 703, height: 1000 });
  await page.emulateMedia({ media: 'print' });
  const wrong = await page.evaluate<string[]>(cut);
  await page.pdf({
    path: join(pictures, `${name}.pdf`),
    format: 'A4',
    preferCSSPageSize: true,
    printBackground: true,
  });
  await page.emulateMedia({ media: null });
  if (screen !== null) await page.setViewportSize(screen);
  return wrong.map((text) => `on paper: ${text}`);
}

/**
 * The ways in which a view is looked at: what differs between them is style alone, so that one visit does for all. Dark has
 * other colours, narrow another layout, and each is asked about what is its own.
 */
export const looks = [
  { look: 'light', width: 1360, colorScheme: 'light', rules: 'all' },
  { look: 'dark', width: 1360, colorScheme: 'dark', rules: 'colours' },
  { look: 'narrow', width: 360, colorScheme: 'light', rules: 'structure' },
] as const;

export async function lookAt({ page }: Tab, { width, colorScheme }: (typeof looks)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
}

/** Each view as it is seen: by axe-core, at every width, in both themes, on paper. */
export function everyView(world: () => World): void {
  it('shows every view without a violation that axe-core knows, and nothing is cut or sticks out, on paper neither', async () => {
    const tab = await world().open();
    const { page } = tab;
    await page.goto(`${world().url}${demo}/posture`);
    await signIn(page, { name: 'carla.ciso', role: 'viewer' });
    const found: string[] = [];
    for (const [name, path, ...ways] of views) {
      await show(tab, world(), path, ...ways);
      for (const way of looks) {
        await lookAt(tab, way);
        const wrong = [
          ...(await violations(page, way.rules)),
          ...(await page.evaluate<string[]>(cut)).map((text) => `cut: ${text}`),
        ];
        if ((await page.evaluate('document.documentElement.scrollWidth > innerWidth')) === true)
          wrong.push('the page is wider than the window');
        found.push(...wrong.map((text) => `${name}, ${way.look}: ${text}`));
        await page.screenshot({
          path: join(pictures, `${name}-${way.look}.jpg`),
          quality: 90,
          fullPage: true,
        });
      }
      await lookAt(tab, looks[0]);
      found.push(...(await onPaper(tab, name)).map((text) => `${name}: ${text}`));
    }
    expect([...found, ...tab.faults]).toEqual([]);
    await tab.close();
  }, 240_000);

  it('fits any width from 360 pixels on', async () => {
    const tab = await world().open();
    await tab.page.goto(`${world().url}${demo}/posture`);
    await signIn(tab.page, { name: 'carla.ciso', role: 'viewer' });
    for (const path of ['/posture', '/findings', '/agents', '/evidence', '/readiness']) {
      await show(tab, world(), path);
      for (const width of [360, 480, 640, 768, 800, 960, 1024, 1280, 1600, 2560]) {
        await tab.page.setViewportSize({ width, height: 900 });
        const wide = await tab.page.evaluate('document.documentElement.scrollWidth');
        expect([path, width, Number(wide) <= width]).toEqual([path, width, true]);
      }
    }
    await tab.close();
  }, 120_000);

  it('prints the view alone, on white, whatever the screen looks like', async () => {
    const tab = await world().open({ colorScheme: 'dark' });
    await tab.page.goto(`${world().url}${demo}/posture`);
    await signIn(tab.page, { name: 'carla.ciso', role: 'viewer' });
    await settled(tab.page);
    await tab.page.emulateMedia({ media: 'print' });
    expect(await tab.page.getByRole('navigation', { name: 'Views' }).isVisible()).toBe(false);
    expect(await tab.page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    await tab.close();
  }, 60_000);
}
