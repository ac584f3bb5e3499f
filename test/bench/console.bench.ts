import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

import { cast } from '../../infra/local/demo/cast.js';
import { openService } from '../../infra/local/demo/service.js';
import { freePorts, startStack, type Stack } from '../../infra/local/stack.js';
import { cosmosStores } from '../../shared/adapters/cosmos/stores.js';
import { readConfiguration } from '../../shared/configuration.js';
import { accountsOf } from '../../shared/services.js';
import { launchChromium } from '../console/browser.js';
import { tenantNamed } from '../tenants.js';
import { crowdLasts, crowdOf, openFindings } from './crowd.bench.js';
import { onboard, tenant } from './latency.bench.js';
import { copy } from './posture.bench.js';
import { quantile } from './rate.js';

/** Milliseconds from asking for a view, with nothing kept from before, to what the reader came for, and to all of it. */
export type ConsoleRow = { view: string; median: number; worst: number; whole: number };
type Look = { usable: number; whole: number };

/** What each view is for: there, and not on its way any more. */
const views: readonly (readonly [view: string, path: string, usable: string])[] = [
  ['posture: verdict, score, layers', 'posture', '.verdict .status'],
  ['findings, worst first', 'findings', 'tbody tr'],
  ['agents, worst first', 'agents', 'tbody tr'],
  ['controls', 'controls', 'tbody tr'],
];
const times = 7;

/** The console over a tenant with so many agents: every one, with what it uses, is a finding several times over. */
export async function consoleBench(agents: number): Promise<{ findings: number; rows: ConsoleRow[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'aispm-bench-console-'));
  const stack = await startStack({ directory: folder, ports: freePorts });
  const browser = await launchChromium();
  try {
    const findings = await fill(stack, agents);
    const rows: ConsoleRow[] = [];
    for (const [view, path, usable] of views) {
      // The first warms the app and the store stand-in, which makes an index when one is first needed.
      await look(browser, stack, path, usable);
      const looks: Look[] = [];
      for (let n = 0; n < times; n += 1) looks.push(await look(browser, stack, path, usable));
      const took = looks.map((one) => one.usable).sort((a, b) => a - b);
      const whole = quantile(
        looks.map((one) => one.whole).sort((a, b) => a - b),
        0.5,
      );
      rows.push({ view, median: quantile(took, 0.5), worst: took.at(-1) ?? NaN, whole });
    }
    return { findings, rows };
  } finally {
    await browser.close();
    await stack.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(stack: Stack, agents: number): Promise<number> {
  await onboard(openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant }));
  // Just now: what has come due meanwhile would be the timer's work, and no reader waits for that.
  const crowd = await crowdOf(agents, Date.now() - crowdLasts(agents));
  const { cosmos } = accountsOf(readConfiguration(stack.settings));
  await copy(crowd, cosmosStores(cosmos).open(tenantNamed(tenant)).ledger);
  return openFindings(crowd);
}

async function look(browser: Browser, stack: Stack, path: string, usable: string): Promise<Look> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signedIn(page, stack);
  const began = performance.now();
  await page.goto(`${stack.hostUrl}/api/console/tenants/${tenant}/${path}`);
  await page.locator(usable).first().waitFor({ timeout: 120_000 });
  const took = performance.now() - began;
  await page.locator('.waiting').first().waitFor({ state: 'hidden', timeout: 120_000 });
  const whole = performance.now() - began;
  await context.close();
  return { usable: took, whole };
}

/** As if the reader had signed in a moment ago. */
async function signedIn(page: Page, stack: Stack): Promise<void> {
  const { subject, role } = cast.ciso;
  const token = await stack.issuer.token({ sub: subject, roles: [role], tenants: [tenant] });
  const kept = JSON.stringify(JSON.stringify({ token, expiresAt: Date.now() + 3_600_000 }));
  await page.addInitScript(`sessionStorage.setItem('aispm.token', ${kept})`);
}
