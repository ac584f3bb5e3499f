import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { emptyTenant, pictures, settled, signIn, type Tab, type World } from './world.js';

const demo = '/api/console/tenants/harbour';

/** A story in a tab of its own, in which nothing may go wrong on the way. */
async function tell(world: World, story: (tab: Tab) => Promise<void>): Promise<void> {
  const tab = await world.open();
  try {
    await story(tab);
    expect(tab.faults).toEqual([]);
  } finally {
    await tab.close();
  }
}

/** What each kind of reader does. */
export function stories(world: () => World): void {
  describe('a viewer', () => {
    it('signs in, and follows the score down to one event whose proof is verified in the browser', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}/api/console`);
        await signIn(page, { name: 'carla.ciso', role: 'viewer' });
        await page.getByRole('link', { name: 'harbour' }).click();
        await page.getByRole('heading', { name: 'Posture', level: 1 }).waitFor();
        await page.getByText('Not enough evidence').first().waitFor();
        await page.getByRole('link', { name: /items enforced/ }).click();
        await page.getByRole('link', { name: 'Destructive commands blocked or approval-routed' }).click();
        const item = page.getByRole('row', { name: /agent payments-builder/ });
        await item.getByRole('link', { name: /^Evidence/ }).click();
        await page.getByText('Verified in this browser').waitFor();
        expect(await page.locator('.checks .status').allTextContents()).toEqual(Array(8).fill('Holds'));
        const canonical = (await page.locator('pre[data-canonical]').textContent()) ?? '';
        const digest = createHash('sha256').update(canonical).digest('hex');
        expect(await page.locator('.facts').textContent()).toContain(digest);
      }));

    it('sends a link, and who opens it sees the same view', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/controls?state=missing`);
        await signIn(page, { name: 'carla.ciso', role: 'viewer' });
        await page.getByRole('heading', { name: 'Controls', level: 1 }).waitFor();
        await settled(page);
        expect(new URL(page.url()).search).toBe('?state=missing');
        expect(new Set(await page.locator('tbody .status').allTextContents())).toEqual(new Set(['Missing']));
      }));

    it('goes the whole way by the keyboard alone', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/posture`);
        await signIn(page, { name: 'carla.ciso', role: 'viewer' });
        await settled(page);
        await page.reload();
        await settled(page);
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the view');
        await page.keyboard.press('Enter');
        await page.keyboard.press('Tab');
        // The first thing in the view that can be reached leads on from the score.
        expect(await page.evaluate('document.activeElement.textContent')).toMatch(/items enforced/);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Controls', level: 1 }).waitFor();
        expect(await page.evaluate('document.activeElement.id')).toBe('view');
        await page.goBack();
        await page.getByRole('heading', { name: 'Posture', level: 1 }).waitFor();
      }));

    it('is told who may, where the role does not see something, and nothing of a tenant that is not theirs', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/posture`);
        await signIn(page, { name: 'runtime', role: 'collector' });
        await page.getByRole('heading', { name: 'Your role does not see this' }).waitFor();
        await page.goto(`${world().url}/api/console/tenants/${emptyTenant}/posture`);
        await page.getByText('There is no such tenant').waitFor();
      }));
  });

  describe('whoever meets a service that does not answer', () => {
    it('is told that nothing is lost, and sees the view once it answers again', () =>
      tell(world(), async ({ page, faults }) => {
        await page.route('**/api/tenants/harbour/findings*', (route) => route.abort());
        await page.goto(`${world().url}${demo}/findings`);
        await signIn(page, { name: 'olu.operator', role: 'operator' });
        await page.getByRole('heading', { name: 'No answer' }).waitFor();
        await page.unroute('**/api/tenants/harbour/findings*');
        await page.getByRole('button', { name: 'Ask again' }).click();
        await page.getByRole('table', { name: 'Findings' }).waitFor();
        // The browser's own word for what was made to fail here.
        faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('ERR_FAILED')));
      }));
  });

  describe('an operator', () => {
    it('orders and filters the queue of findings, and finds what happened to one', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/findings`);
        await signIn(page, { name: 'olu.operator', role: 'operator' });
        await page.getByLabel('Order').selectOption('due');
        await page.getByLabel('State').selectOption('open');
        await page.waitForURL(/sort=due/);
        expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ sort: 'due', state: 'open' });
        await settled(page);
        expect(new Set(await page.locator('td[data-title=State]').allTextContents())).toEqual(
          new Set(['Open']),
        );
        await page.getByLabel('Words').fill('Writer notes');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.waitForURL(/words=Writer/);
        await settled(page);
        expect(new Set(await page.locator('td[data-title=About]').allTextContents())).toEqual(
          new Set(['agent notes-writer']),
        );
        const found = await page.locator('tbody th a').first().getAttribute('href');
        await page.getByRole('searchbox', { name: 'Id' }).fill(found?.split('/').pop()?.slice(0, 8) ?? '');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.waitForURL(/id=[0-9a-f]{8}/);
        await settled(page);
        expect(await page.locator('tbody th a').count()).toBe(1);
        await page.reload();
        await settled(page);
        expect(await page.locator('tbody th a').getAttribute('href')).toBe(found);
        await page.getByLabel('Words').fill('nobody');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.getByText('Nothing among the findings is like that. Words are found whole').waitFor();
        await page.getByRole('link', { name: 'Clear' }).click();
        await page.locator('tbody th a').first().click();
        await page.getByRole('heading', { name: 'What happened to it' }).waitFor();
      }));

    it('goes from each number of a layer to what it counts, and reads which event changed what in a day', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/posture`);
        await signIn(page, { name: 'olu.operator', role: 'operator' });
        await settled(page);
        const numbers = page.locator('.layers dd');
        expect(await numbers.count()).toBeGreaterThan(15);
        expect(await numbers.getByRole('link').count()).toBe(await numbers.count());
        await page.getByRole('link', { name: /^Low, open: / }).click();
        await page.waitForURL(/findings\?severity=low&state=open$/);
        await page.goto(`${world().url}${demo}/changes?since=day`);
        const happened = page.getByRole('table', { name: /^Changes since then/ });
        await happened
          .getByRole('link', { name: /^Evidence/ })
          .first()
          .click();
        await page.getByText('Verified in this browser').waitFor();
      }));

    it('reads what blocks the gate, why, what removes it and who can', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/readiness`);
        await signIn(page, { name: 'olu.operator', role: 'operator' });
        await page.getByText('Not ready for production').waitFor();
        const blocker = page.getByRole('article').filter({ hasText: 'Tenant isolation is not proven' });
        expect(await blocker.locator('dt').allTextContents()).toEqual(
          expect.arrayContaining(['What removes it', 'Who can']),
        );
        // Each thing to do says of what, so that no two read alike.
        const plan = page.getByRole('table', { name: /^What is still to do/ }).locator('tbody tr');
        await plan.first().waitFor();
        const todo = (await plan.allTextContents()).map((row) => row.replace(/^\d+/, ''));
        expect(todo.join('\n')).toContain('Connector live, runtime-build-01: it has returned no nonce');
        expect(new Set(todo).size).toBe(todo.length);
        await page.getByRole('link', { name: 'Trial', exact: true }).click();
        await page.getByRole('heading', { name: 'Readiness for trial' }).waitFor();
      }));
  });

  describe('somebody who looks for one thing by its name', () => {
    it('finds the approval and the agent by words, and the address holds the search', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/approvals`);
        await signIn(page, { name: 'olu.operator', role: 'operator' });
        const name = (await page.locator('tbody th a').first().textContent()) ?? '';
        for (const [list, asked] of [
          ['approvals', name],
          ['agents', 'payments-builder'],
        ] as const) {
          await page.goto(`${world().url}${demo}/${list}`);
          await page.getByLabel('Words').fill(asked);
          await page.getByLabel('Words').press('Enter');
          await page.waitForURL(/words=/);
          await settled(page);
          expect(await page.locator('tbody th a').allTextContents()).toEqual([asked]);
        }
      }));
  });

  describe('an auditor', () => {
    it('takes a packet’s files whose digests are those shown, and sees what became of each delivery', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/reports`);
        await signIn(page, { name: 'ines.auditor', role: 'auditor' });
        await page.getByRole('table', { name: 'Reports in order of request' }).getByRole('link').click();
        await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
        expect(await page.locator('td[data-title=Status]').allTextContents()).toEqual(['Delivered']);
        const row = page.getByRole('row').filter({ hasText: /^PDF/ });
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          row.getByRole('button', { name: 'Download PDF' }).click(),
        ]);
        const digest = createHash('sha256')
          .update(await readFile(await download.path()))
          .digest('hex');
        expect(await row.locator('code').getAttribute('title')).toBe(digest);
        const [tab] = await Promise.all([
          page.context().waitForEvent('page'),
          page.getByRole('button', { name: 'Open MD' }).click(),
        ]);
        await tab.waitForURL(/^blob:/);
        expect(await tab.textContent('body')).toContain('CISO report');
      }));

    it('opens a packet’s PDF in a tab of its own, the very file whose digest is shown', () =>
      tell(world(), async ({ page }) => {
        // What the page hands to the browser’s own viewer.
        await page.addInitScript(`{
          const make = URL.createObjectURL;
          URL.createObjectURL = (blob) => ((window.handed = blob), make.call(URL, blob));
        }`);
        await page.goto(`${world().url}${demo}/reports`);
        await signIn(page, { name: 'ines.auditor', role: 'auditor' });
        await page.getByRole('table', { name: 'Reports in order of request' }).getByRole('link').click();
        const [tab] = await Promise.all([
          page.context().waitForEvent('page'),
          page.getByRole('button', { name: 'Open PDF' }).click(),
        ]);
        await tab.waitForURL(/^blob:/);
        const [type, digest] = await page.evaluate<[string, string]>(`(async () => {
          const hash = await crypto.subtle.digest('SHA-256', await handed.arrayBuffer());
          const hex = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0'));
          return [handed.type, hex.join('')];
        })()`);
        expect(type).toBe('application/pdf');
        const row = page.getByRole('row').filter({ hasText: /^PDF/ });
        expect(digest).toBe(await row.locator('code').getAttribute('title'));
        // The viewer is a frame, and the file in it another: a policy that stopped it would leave the first alone.
        const files = (): number => tab.frames().filter((frame) => frame.url().startsWith('blob:')).length;
        await expect.poll(files).toBe(2);
      }));

    it('reads a packet in HTML as it looks, in a frame where nothing of it can run or reach anything', () =>
      tell(world(), async ({ page, faults }) => {
        const hostile =
          `<script>parent.document.title = 'taken'</script><img src="https://evil.example/x">` +
          `<a href="https://evil.example" id="out">out</a><style>body{display:none}</style>`;
        await page.goto(`${world().url}${demo}/reports`);
        await signIn(page, { name: 'ines.auditor', role: 'auditor' });
        await page.getByRole('table', { name: 'Reports in order of request' }).getByRole('link').click();
        await page.getByRole('link', { name: 'Open HTML' }).click();
        await page.waitForURL(/\/reports\/[^/]+\/artifacts\/html$/);
        const report = page.frameLocator('iframe.paper');
        await report.getByRole('heading', { level: 1, name: 'CISO report' }).waitFor();
        // Its own style is let in, so that it looks as in a mail.
        const width = await report
          .locator('main')
          .evaluate('getComputedStyle(document.querySelector("main")).maxWidth');
        expect(width).toBe('1200px');
        expect(faults).toEqual([]);

        // It prints as the document it is, whoever asks for it: the button, the keys, or the keys in the report itself.
        await page.evaluate(`{
          window.printed = [];
          addEventListener('beforeprint', () => printed.push('page'));
          document.querySelector('iframe.paper').contentWindow
            .addEventListener('beforeprint', () => printed.push('report'));
        }`);
        await page.getByRole('button', { name: 'Print the report' }).click();
        expect(await page.evaluate('printed')).toEqual(['report']);
        // A browser without a window takes one print and no other.
        await page.evaluate(
          "document.querySelector('iframe.paper').contentWindow.print = () => printed.push('asked')",
        );
        await page.keyboard.press('Control+p');
        await report.getByRole('heading', { level: 1, name: 'CISO report' }).click();
        await page.keyboard.press('Control+p');
        expect(await page.evaluate('printed')).toEqual(['report', 'asked', 'asked']);
        const sheet = await page.context().newPage();
        await sheet.setContent((await page.locator('iframe.paper').getAttribute('srcdoc')) ?? '');
        await sheet.pdf({ path: join(pictures, 'artifact-printed.pdf'), format: 'A4' });
        await sheet.close();

        await page.route('**/api/tenants/**/artifacts/html', async (route) => {
          const body = (await (await route.fetch()).text()).replace('<body>', `<body>${hostile}`);
          await route.fulfill({ body, contentType: 'text/html' });
        });
        // Whatever gets past the page's policy ends here.
        const left: string[] = [];
        await page.route('https://evil.example/**', (route) => {
          left.push(route.request().url());
          return route.abort();
        });
        await page.reload();
        await report.getByRole('heading', { level: 1, name: 'CISO report' }).waitFor();
        expect(await page.title()).toContain('in HTML');
        await report.locator('#out').click();
        // The browser's own words for what it refused; nothing of it left the browser.
        await expect.poll(() => faults.join(' ')).toMatch(/frame-src|Refused to frame|Framing/i);
        const refused = faults.splice(0).join(' ');
        expect(refused).toMatch(/script/i);
        expect(left).toEqual([]);
      }));

    it('replays a session of an agent in time order, and each step leads to its evidence', () =>
      tell(world(), async ({ page }) => {
        await page.goto(`${world().url}${demo}/agents/payments-builder`);
        await signIn(page, { name: 'ines.auditor', role: 'auditor' });
        const sessions = page.getByRole('table', { name: /^Sessions of/ });
        await sessions.getByRole('rowheader').getByRole('link').first().click();
        await page.getByRole('heading', { name: 'Steps' }).waitFor();
        const steps = await page.locator('tbody time').all();
        const times = await Promise.all(steps.map((one) => one.getAttribute('datetime')));
        expect(times.length).toBeGreaterThan(3);
        expect(times).toEqual([...times].sort());
        await page.locator('tbody a[aria-label^=Evidence]').first().click();
        await page.getByText('Verified in this browser').waitFor();
      }));
  });
}
