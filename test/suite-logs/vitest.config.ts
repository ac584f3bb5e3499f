import { defineConfig } from 'vitest/config';

// After the suite, over the logs that it left: the second half of `npm test`.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/suite-logs/*.test.ts'],
  },
});
