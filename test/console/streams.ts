import { describe, expect, it } from 'vitest';

import { signIn, type World } from './world.js';

/** What the page does with news. The stream's own words stand in the browser's place of it: an id is a position. */
export function streams(world: () => World): void {
  describe('a reader who stays', () => {
    it('sees a view anew when the log has grown, and hears on from where the stream ended', async () => {
      const tab = await world().open();
      const { page, faults } = tab;
      const resumed: (string | undefined)[] = [];
      let asked = 0;
      await page.route('**/stream', (route) => {
        const from = route.request().headers()['last-event-id'];
        resumed.push(from);
        const at = from === undefined ? [7, 8] : [Number(from) + 1];
        const body = at.map((id) => `id: ${id}\ndata: {}\n\n`).join('');
        return resumed.length > 2 ? route.abort() : route.fulfill({ contentType: 'text/event-stream', body });
      });
      page.on('request', (request) => {
        if (request.url().endsWith('/posture')) asked += 1;
      });
      await page.goto(`${world().url}/api/console/tenants/harbour/posture`);
      await signIn(page, { name: 'carla.ciso', role: 'viewer' });
      await page.getByText('Live', { exact: true }).waitFor();
      await expect.poll(() => resumed.slice(0, 3), { timeout: 10_000 }).toEqual([undefined, '8', '9']);
      await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(1);
      expect(faults.filter((fault) => !fault.includes('ERR_FAILED'))).toEqual([]);
      await tab.close();
    });
  });
}
