import { beforeAll, describe, expect, it } from 'vitest';

import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { aispm, fetchOver, where } from './desk.js';
import { makePapers, type Papers } from './papers.js';

let papers: Papers;
beforeAll(async () => {
  papers = await makePapers();
});

const digest = 'a'.repeat(64);
const args = ['gate', ...where, '--target', 'production', '--release', 'v1'];

describe('aispm gate for one build of a release', () => {
  it('asks for the very build: its digest and when it was built', async () => {
    const asked: string[] = [];
    const told = await aispm(
      [...args, '--digest', digest, '--built-at', '2026-11-20T08:00:00Z', '--wait', '10'],
      fetchOver(papers, ({ path, body }) => {
        if (path.startsWith('readiness')) asked.push(path + fromUtf8(body));
        return null;
      }),
    );
    expect(told.exit).toBe(1);
    // Also while it waits: what is ready for no release in particular may be blocked for this one.
    const query = `target=production&release=v1&digest=${digest}&builtAt=2026-11-20T08%3A00%3A00Z`;
    expect(asked.slice(0, -1)).not.toEqual([]);
    expect(new Set(asked.slice(0, -1))).toEqual(new Set([`readiness/plan?${query}`]));
    expect(told.out).toContain(`BLOCKED  v1 (${digest}) for production`);
    expect(asked.at(-1)).toBe(
      `readiness${JSON.stringify({ target: 'production', release: 'v1', digest, builtAt: '2026-11-20T08:00:00Z' })}`,
    );
  });

  it('cannot tell from a true answer about another build of the release', async () => {
    const other = await aispm([...args, '--digest', 'b'.repeat(64), '--json'], fetchOver(papers));
    const told = await aispm(
      [...args, '--digest', digest],
      fetchOver(papers, ({ path, method }) =>
        path === 'readiness' && method === 'POST' ? { body: JSON.parse(other.out) as unknown } : null,
      ),
    );
    expect([other.exit, told.exit]).toEqual([1, 2]);
    expect(told.err).toContain('about another target, release or build than was asked');
  });

  it.each([
    ['a digest that is none', [...args, '--digest', 'A'.repeat(64)]],
    ['an instant that is none', [...args, '--built-at', 'yesterday']],
    ['a build of no release', ['gate', ...where, '--target', 'production', '--digest', digest]],
  ])('cannot tell with %s, and asks nobody', async (_, given) => {
    let calls = 0;
    const told = await aispm(given, () => {
      calls += 1;
      return Promise.reject(new Error('asked'));
    });
    expect([told.exit, calls]).toEqual([2, 0]);
  });
});
