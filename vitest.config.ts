import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest = '/author/verdicts.test.ts';

/** The author's gate takes longer than all other files together, and runs beside them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
  }
}

function isLongest({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith(longest);
}

/** The workshop's own tests. `npm run check` runs the learner's checks without this file. */
export default defineConfig({
  test: {
    include: ['tool/test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // As many as test/author has judges.
    maxConcurrency: 4,
    sequence: { sequencer: LongestFirst },
  },
});
