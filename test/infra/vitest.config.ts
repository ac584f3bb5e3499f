import { defineConfig } from 'vitest/config';

// Apart from `npm test`, which needs no .NET: these read what infra/check.sh compiled.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/infra/*.test.ts'],
    maxWorkers: 1,
  },
});
