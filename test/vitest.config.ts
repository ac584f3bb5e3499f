import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // test/infra reads what infra/check.sh compiles: `npm run test:infra`.
    // test/suite-logs reads what this run logs, afterwards.
    exclude: ['**/node_modules/**', 'dist/**', 'test/infra/**', 'test/suite-logs/**'],
    globalSetup: 'test/suite-logs/folder.ts',
    setupFiles: 'test/suite-logs/setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make the live suites wait for each other.
    maxWorkers: 2,
  },
});
