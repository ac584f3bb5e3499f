import { describe, expect, it } from 'vitest';

import { openService } from '../../infra/local/demo/service.js';
import { cast } from '../../infra/local/demo/cast.js';
import { postEvidence } from '../../infra/local/demo/outbox.js';
import { settled, signIn, type Tab, type World } from './world.js';

/* What an open page does with news: the service's own stream, and evidence that is posted while somebody looks. */

const tenant = 'busy';
const uri = 'urn:busy:runtime';

/** A tenant of its own, with a source that may post. @returns what posts that an agent did something */
async function openTenant({ url, stack }: World): Promise<(agent: string) => Promise<void>> {
  const service = openService({ hostUrl: url, issuer: stack.issuer, tenant });
  const runtime = {
    id: 'runtime',
    uri,
    connectorType: 'custom',
    provenance: 'live',
    environments: ['production'],
    eventTypes: ['runtime'],
    keys: [],
  };
  const settings = { displayName: 'Busy Harbour', timeZone: 'UTC' };
  await service.ask(cast.admin, 'PUT', '', { settings, sources: [runtime] });
  return async (agent) => {
    const event = {
      specversion: '1.0',
      id: `first-of-${agent}`,
      source: uri,
      type: 'aispm.decision.recorded',
      time: new Date().toISOString(),
      environment: 'production',
      data: {
        decision: 'block',
        mode: 'enforce',
        policy: { id: 'base', version: '1', rule: 'no-secrets' },
        surface: 'file',
        agent,
        severity: 'high',
        ran: false,
      },
    };
    const type = 'application/cloudevents+json';
    const { accepted } = await postEvidence(
      service.evidenceEndpoint(cast.collector),
      type,
      JSON.stringify(event),
    );
    expect(accepted).toHaveLength(1);
  };
}

/** A tab with the tenant's agents in it, and the place that each of its questions to the stream went on from. */
async function openAgents(world: World, asked: (string | undefined)[]): Promise<Tab> {
  const tab = await world.open();
  // The page waits as long as the service lets it; here each answer without news ends after a second.
  await tab.page.route('**/stream', (route) => {
    asked.push(route.request().headers()['last-event-id']);
    return route.continue({ url: `${route.request().url()}?wait=1` });
  });
  await tab.page.goto(`${world.url}/api/console/tenants/${tenant}/agents`);
  await signIn(tab.page, { name: 'carla.ciso', role: 'viewer', tenant });
  await settled(tab.page);
  await tab.page.getByText('Live', { exact: true }).waitFor();
  return tab;
}

/** Lets a page note whether anything of it is taken away to be loaded. */
const noteWaiting = `(() => {
  window.waited = false;
  new MutationObserver(() => (window.waited ||= document.querySelector('.waiting') !== null))
    .observe(document.body, { childList: true, subtree: true });
})()`;

export function streams(world: () => World): void {
  describe('a reader who stays', () => {
    it('sees what is posted meanwhile without a reload, also after the stream closed or the line was cut', async () => {
      const post = await openTenant(world());
      const asked: (string | undefined)[] = [];
      const tab = await openAgents(world(), asked);
      const { page, faults } = tab;
      const appears = (agent: string): Promise<void> =>
        page.getByRole('rowheader', { name: agent }).waitFor({ timeout: 30_000 });
      await page.evaluate('window.stayed = true');
      await page.getByText('None of the agents is known yet').waitFor();

      const places = (): number => new Set(asked.slice(1)).size;
      await post('first-agent');
      await appears('first-agent');
      await expect.poll(places, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
      await post('second-agent');
      await appears('second-agent');
      await expect.poll(places, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
      // Each answer ended, and the next was asked for from where the page was: at the start from nowhere.
      const [start, ...resumed] = asked;
      expect(start).toBeUndefined();
      expect(resumed.every((id) => /^\d+:.+:[0-9a-f]{16}$/.test(id ?? ''))).toBe(true);

      await page.context().setOffline(true);
      await page.getByText('Live', { exact: true }).waitFor({ state: 'detached', timeout: 30_000 });
      await post('third-agent');
      await page.context().setOffline(false);
      await appears('third-agent');

      expect(await page.evaluate('window.stayed')).toBe(true);
      expect(faults.filter((fault) => !fault.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
      await tab.close();
    }, 180_000);

    it('keeps their place in the changes when another happens', async () => {
      const post = await openTenant(world());
      const tab = await world().open();
      const { page, faults } = tab;
      await page.goto(`${world().url}/api/console/tenants/${tenant}/changes`);
      await signIn(page, { name: 'carla.ciso', role: 'viewer', tenant });
      await settled(page);
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'show that posture' }).focus();
      await page.evaluate(noteWaiting);
      await post('another-agent');
      await page.getByRole('link', { name: 'agent another-agent' }).first().waitFor();
      await settled(page);
      expect(await page.evaluate('[window.waited, document.activeElement.textContent]')).toEqual([
        false,
        'show that posture',
      ]);
      expect(faults).toEqual([]);
      await tab.close();
    });

    it('of the sample asks no sooner than the service says, for the sample stands still', async () => {
      const tab = await world().open();
      const { page, faults } = tab;
      let asked = 0;
      page.on('response', (answer) => (asked += Number(answer.url().endsWith('/api/sample/stream'))));
      await page.clock.install();
      await page.goto(`${world().url}/api/console/sample/agents`);
      await page.getByText('Live', { exact: true }).waitFor();
      await page.clock.fastForward('04:00');
      expect(asked).toBe(1);
      await page.clock.fastForward('02:00');
      await expect.poll(() => asked).toBe(2);
      expect(faults).toEqual([]);
      await tab.close();
    });
  });
}
