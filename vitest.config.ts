import { defineConfig } from 'vitest/config';

/** The workshop's own tests. `npm run check` runs the learner's checks without this file. */
export default defineConfig({
  test: {
    include: ['tool/test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // As many as test/author has judges.
    maxConcurrency: 5,
  },
});
