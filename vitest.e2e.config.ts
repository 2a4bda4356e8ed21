import { defineConfig } from 'vitest/config';

/** End to end: real runtimes, real clients, real browsers. One file at a time, since each starts several processes. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
    env: { TZ: 'UTC' },
  },
});
