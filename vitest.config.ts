import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { judges } from './tool/test/author/judges.ts';

const gate = 'tool/test/author/verdicts.test.ts';

/** The workshop's own tests. `npm run check` runs the learner's checks without this file. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The name of an overlay is told whole, so that it can be named with -t.
    taskTitleValueFormatTruncate: 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'tool',
          include: ['tool/test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, gate],
          // They wait more than they work.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'course',
          include: [gate],
          // As many as it has judges, who leave no processor to anybody else.
          maxConcurrency: judges,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
