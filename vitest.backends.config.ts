import { defineConfig } from 'vitest/config';

/** `npm run test:backends`: against the real servers, one set-up after the other. */
export default defineConfig({
  test: {
    include: ['tool/test/backends/*.backend.ts'],
    reporters: ['verbose', './tool/test/backends/reporter.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
