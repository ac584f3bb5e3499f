import { describe, expect, it } from 'vitest';

import { settled, signIn, type Tab, type World } from './world.js';
import { show, views } from './views.js';

const demo = '/api/console/tenants/harbour';

/** Where the focus came, as the page itself noted it. `place`: among what can be used, in the order of the document. */
type Step = { place: number; what: string; wrong: string[] };

/**
 * Lets the page note each thing that takes the focus: whether it can be seen that it has it, and whether it stands behind the
 * one before, as a reader goes through a page. @returns how many things there are to be reached.
 */
const watchFocus = `(() => {
  const usable = 'a[href], button, input, select, textarea, summary, iframe, [tabindex="0"]';
  const scrolls = (one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX);
  const usables = () => [...document.querySelectorAll(usable + ', pre')].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.disabled && (one.matches(usable) || scrolls(one)));
  const things = usables();
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (text) => rgb(text).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const under = (one) => {
    for (let at = one.parentElement; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if ((rgb(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const boxOf = (one) => {
    const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
    return { left, right, top: top + scrollY, bottom: bottom + scrollY, seen: width > 0 && height > 0 &&
      bottom > 0 && top < innerHeight && right > 0 && left < innerWidth };
  };
  const steps = [];
  let before = null;
  document.addEventListener('focusin', ({ target }) => {
    const style = getComputedStyle(target);
    const box = boxOf(target);
    const wrong = [];
    if (!box.seen) wrong.push('is out of sight');
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('shows no focus');
    else if (contrast(light(style.outlineColor), light(under(target))) < 3) wrong.push('shows its focus too faintly');
    if (before !== null && box.bottom <= before.top && box.left < before.right) wrong.push('stands before the one before');
    before = box;
    const name = target.getAttribute('aria-label') ?? target.getAttribute('name') ?? target.textContent;
    steps.push({ place: things.indexOf(target), what: target.tagName + ' ' + name.slice(0, 40), wrong });
  });
  window.walked = steps;
  window.stands = () => things.every((one) => one.isConnected) && things.length === usables().length;
  return things.length;
})()`;

/** Goes through a view from its first thing by Tab alone. @returns what is wrong with the way */
async function walk(tab: Tab): Promise<string[]> {
  const { page } = tab;
  const count = await page.evaluate<number>(watchFocus);
  // Where a reader who comes to a page begins.
  await page.locator('.skip').focus();
  for (let n = 1; n < count; n += 1) await page.keyboard.press('Tab');
  const steps = await page.evaluate<Step[]>('walked');
  await page.keyboard.press('Tab');
  const holds = await page.evaluate<string>(
    'document.activeElement === document.body || walked.at(-1).place === 0 ? "" : document.activeElement.outerHTML',
  );
  // News came meanwhile: it was the way through a page that is no more.
  if (!(await page.evaluate<boolean>('stands()'))) {
    await settled(page);
    return walk(tab);
  }
  const order = steps.map(({ place }) => place);
  return [
    ...steps.slice(1).flatMap(({ what, wrong }) => wrong.map((why) => `${what} ${why}`)),
    ...(order.every((place, n) => place === n) ? [] : [`the order is ${order.join(' ')} of ${count}`]),
    ...(holds === '' ? [] : [`at the end the focus is held by ${holds.slice(0, 200)}`]),
  ];
}

const focused = (page: Tab['page'], member: 'id' | 'textContent' | 'name'): Promise<unknown> =>
  page.evaluate(`document.activeElement.${member}`);

/** Somebody without a mouse. */
export function byKeyboard(world: () => World): void {
  const open = async (path: string, options: Parameters<World['open']>[0] = {}): Promise<Tab> => {
    const tab = await world().open(options);
    await tab.page.goto(`${world().url}${demo}${path}`);
    await signIn(tab.page, { name: 'olu.operator', role: 'operator' });
    await settled(tab.page);
    return tab;
  };

  describe('somebody without a mouse', () => {
    it.each(['light', 'dark'] as const)(
      'reaches everything of every view in the order in which it is read, always sees where they are, and leaves it (%s)',
      async (colorScheme) => {
        const tab = await open('/posture', { colorScheme });
        const found: string[] = [];
        // The report in its frame is walked below: what stands in the frame is another document.
        const walked = views.filter(([name]) => name !== 'artifact');
        // Dark differs in its colours alone.
        for (const [name, path, ...ways] of colorScheme === 'dark' ? walked.slice(0, 1) : walked) {
          await show(tab, world(), path, ...ways);
          found.push(...(await walk(tab)).map((wrong) => `${name}: ${wrong}`));
        }
        expect([...found, ...tab.faults]).toEqual([]);
        await tab.close();
      },
      120_000,
    );

    it('searches, sorts and pages, and is not thrown back to the top of the page by it', async () => {
      const tab = await open('/findings');
      const { page } = tab;
      const words = page.getByLabel('Words');
      await words.focus();
      await page.keyboard.type('notes writer');
      await page.keyboard.press('Enter');
      await page.waitForURL(/words=notes/);
      await settled(page);
      expect(await focused(page, 'name')).toBe('words');
      expect(new Set(await page.locator('td[data-title=About]').allTextContents())).toEqual(
        new Set(['agent notes-writer']),
      );
      await page.keyboard.press('Tab');
      expect(await focused(page, 'name')).toBe('sort');
      await page.keyboard.press('ArrowDown');
      await page.waitForURL(/sort=due/);
      await settled(page);
      expect(await focused(page, 'name')).toBe('sort');
      await page.getByRole('link', { name: 'Clear' }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/findings$/);
      await expect.poll(() => focused(page, 'id')).toBe('view');
      expect(await words.inputValue()).toBe('');

      await page.goto(`${world().url}${demo}/evidence`);
      await settled(page);
      await page.getByRole('link', { name: 'Next page' }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/cursor=/);
      await page.getByRole('link', { name: 'First page' }).waitFor();
      expect([await focused(page, 'id'), await page.evaluate('scrollY')]).toEqual(['view', 0]);
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    it('opens a view and a file, and chooses the colours', async () => {
      const tab = await open('/reports');
      const { page } = tab;
      await page.getByRole('table', { name: 'Reports in order of request' }).getByRole('link').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
      expect(await focused(page, 'id')).toBe('view');
      await page.getByRole('button', { name: 'Download PDF' }).focus();
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Space')]);
      expect(download.suggestedFilename()).toMatch(/\.pdf$/);
      await page.getByLabel('Colours').focus();
      await page.keyboard.type('Dark');
      await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark');

      await page.getByRole('link', { name: 'Open HTML' }).focus();
      await page.keyboard.press('Enter');
      await page.frameLocator('iframe.paper').getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Print the report' }).focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.tagName')).toBe('IFRAME');
      for (let n = 0; n < 400 && (await page.evaluate('document.activeElement.tagName')) === 'IFRAME'; n += 1)
        await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY');
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    it('opens the menu of a narrow page and closes it with Escape, where they were', async () => {
      const tab = await open('/findings', { viewport: { width: 360, height: 900 } });
      const { page } = tab;
      const menu = page.getByRole('button', { name: 'Menu' });
      await menu.focus();
      await page.keyboard.press('Enter');
      expect(await menu.getAttribute('aria-expanded')).toBe('true');
      await page.keyboard.press('Tab');
      expect(await focused(page, 'textContent')).toBe('Posture');
      await page.keyboard.press('Escape');
      expect(await menu.getAttribute('aria-expanded')).toBe('false');
      expect(await focused(page, 'textContent')).toBe('Menu');
      await page.keyboard.press('Space');
      for (const _ of ['Posture', 'What changed']) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'What changed', level: 1 }).waitFor();
      expect([await focused(page, 'id'), await menu.getAttribute('aria-expanded')]).toEqual([
        'view',
        'false',
      ]);
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });
}
