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
    expect(asked.at(-1)).toBe(
      `readiness${JSON.stringify({ target: 'production', release: 'v1', digest, builtAt: '2026-11-20T08:00:00Z' })}`,
    );
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
