import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

import { inMemory } from './in-memory.js';

const oneProcess = Object.entries(inMemory).map(
  ([folder, apart]) => `test/${folder}/${apart.length === 0 ? '*' : `!(${apart.join('|')})`}.test.ts`,
);

/** Suites of minutes, the longest first: begun last, each would leave one core with nothing to do. */
const longest = [
  'test/console/chromium.test.ts',
  'test/stories/sole-blocker.test.ts',
  'test/faults/enumeration.test.ts',
  'test/reviews/ten-thousand.test.ts',
];

/** Then those with a process of their own, so that the others come together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const found = longest.findIndex((name) => moduleId.endsWith(name));
      return found === -1 ? longest.length + Number(project.name === 'in memory') : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    globalSetup: 'test/suite-logs/folder.ts',
    setupFiles: 'test/suite-logs/setup.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes when it comes; a second, as it is by itself, passes while a busy machine does other things.
    expect: { poll: { timeout: 20_000 } },
    // One more than the two cores of a hosted runner: the live suites wait half of their time, for a lease, a retry, a page.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          // test/infra reads what infra/check.sh compiles: `npm run test:infra`.
          // test/suite-logs reads what this run logs, afterwards.
          exclude: ['**/node_modules/**', 'dist/**', 'test/infra/**', 'test/suite-logs/**', ...oneProcess],
        },
      },
      { extends: true, test: { name: 'in memory', include: oneProcess, isolate: false } },
    ],
  },
});
