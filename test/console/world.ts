import { mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { cast, tenant } from '../../infra/local/demo/cast.js';
import { deliverReport } from '../../infra/local/demo/deliver.js';
import { gatherEvidence } from '../../infra/local/demo/gather.js';
import { openService, type Service } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';
import { zoneAtNoon } from '../noon.js';
import { launchChromium } from './browser.js';
import { furnish } from './furnish.js';

/* The console as its readers meet it: the system's Chromium, the compiled app, the demo's evidence. */

const root = new URL('../../', import.meta.url).pathname;

/** Where the pictures go: git-ignored, to be looked at. */
export const pictures = join(root, '.local/console');

export type World = {
  url: string;
  stack: Stack;
  service: Service;
  browser: Browser;
  /** A tab of its own reader, and everything that went wrong in it or left this machine. */
  open(options?: BrowserContextOptions): Promise<Tab>;
  close(): Promise<void>;
};
export type Tab = { page: Page; faults: string[]; close(): Promise<void> };

/** A tenant that nothing was ever told of. */
export const emptyTenant = 'quiet';

export async function openWorld(): Promise<World> {
  // First, so that a machine without one says so at once.
  const browser = await launchChromium();
  const folder = await mkdtemp(join(tmpdir(), 'aispm-console-'));
  mkdirSync(pictures, { recursive: true });
  const [work, report] = [join(folder, 'work'), join(folder, 'report')];
  for (const one of [work, report]) mkdirSync(one);
  const stack = await startStack({ directory: join(folder, 'state'), ports: freePorts });
  const service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
  await gatherEvidence(service, { work, cavra: join(root, 'test/fixtures/cavra') });
  await deliverReport(service, report);
  await furnish(service);
  const quiet = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant: emptyTenant });
  await quiet.ask(cast.admin, 'PUT', '', {
    settings: { displayName: 'Quiet Harbour', timeZone: zoneAtNoon() },
  });
  return {
    url: stack.hostUrl,
    stack,
    service,
    browser,
    open: (options) => openTab(browser, stack, options),
    close: async () => {
      await browser.close();
      await stack.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the browser says when an answer is no: the view says it too, and the tests that ask for it look there. */
const isAnswer = (text: string): boolean => /Failed to load resource.*status of 40[34]/.test(text);

async function openTab(browser: Browser, stack: Stack, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  const ours = [new URL(stack.hostUrl).origin, new URL(stack.issuer.issuer).origin];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isAnswer(message.text()))
      faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:' && !ours.includes(origin))
      faults.push(`asked ${request.url()}`);
  });
  return { page, faults, close: () => context.close() };
}

/** Signs in at the local issuer, by its form, as anybody would. */
export async function signIn(
  page: Page,
  who: { name: string; role: string; tenant?: string },
): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Name').fill(who.name);
  await page.getByLabel('Role').selectOption(who.role);
  await page.getByLabel('Tenant').fill(who.tenant ?? tenant);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Waits until nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).or(page.locator('.notice')).first().waitFor();
  await expect.poll(() => page.locator('.waiting').count()).toBe(0);
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
type AxeResult = { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };

/** What axe-core asks: all of it, contrast alone, or all but contrast. */
type AxeRules = 'all' | 'colours' | 'structure';
const rulesOf: Record<AxeRules, object> = {
  all: {},
  colours: { runOnly: ['color-contrast'] },
  structure: { rules: { 'color-contrast': { enabled: false } } },
};

/** What axe-core finds against WCAG 2.2 AA and its best practices: rule and element. */
export async function violations(page: Page, rules: AxeRules = 'all'): Promise<string[]> {
  // Through the protocol, which the page's policy does not bind: a script element would be refused, as it should be.
  await page.evaluate(await readFile(axePath, 'utf8'));
  const options = JSON.stringify({ resultTypes: ['violations'], ...rulesOf[rules] });
  const result = await page.evaluate<AxeResult>(`axe.run(document, ${options})`);
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}
