import path from 'node:path';
import type { TestUserConfig } from 'vitest/node';
import { checkPool } from './check-pool.ts';
import { type CheckResult, type CheckTarget, faultsOf, faultyCheck, resultOf } from './result.ts';

export type { AssertionResult, CheckResult, CheckTarget } from './result.ts';

export interface RunOptions {
  readonly root: string;
  /** How wide a drawn trace may be; 100 where nothing is said. */
  readonly columns?: number;
  /** Called as each check ends; they run side by side. */
  readonly onResult?: (result: CheckResult) => void;
}

/** How vitest runs checks, whether once or again and again. */
export const VITEST_OPTIONS = {
  config: false,
  watch: false,
  isolate: false,
  testTimeout: 10_000,
  // A scenario has bounds of its own; on a machine under load all of them may be needed.
  hookTimeout: 180_000,
  cache: false,
  // All but the check's own file, which each run reads anew, is imported by Node, and so shared with what the pool loaded.
  server: { deps: { external: [/(?<!\.check)\.ts$/] } },
} as const satisfies TestUserConfig & { config: false };

/** Run the checks of the targets with vitest, side by side; the results in the order of the targets. */
export async function runChecks(
  targets: readonly CheckTarget[],
  options: RunOptions,
): Promise<CheckResult[]> {
  const { root, columns = 100, onResult } = options;
  const results = new Map<string, CheckResult>();
  const errors: unknown[] = [];
  const threads = Math.min(targets.length, 3);
  const pool = checkPool({ threads });
  try {
    const { startVitest } = await import('vitest/node');
    const vitest = await startVitest('test', [], {
      ...VITEST_OPTIONS,
      root,
      include: targets.map(({ name }) => `checks/${name}.check.ts`),
      provide: { columns, targets: Object.fromEntries(targets.map(({ name, dir }) => [name, dir])) },
      pool,
      fileParallelism: targets.length > 1,
      maxWorkers: threads,
      reporters: [
        {
          onTestModuleEnd(module) {
            const target = targets.find(({ name }) => path.basename(module.moduleId) === `${name}.check.ts`);
            if (!target) return;
            const faults = faultsOf(module);
            errors.push(...faults);
            if (faults.length > 0) return;
            const result = resultOf(module, target);
            results.set(target.name, result);
            onResult?.(result);
          },
          onTestRunEnd: (_modules, unhandled) => void errors.push(...unhandled),
        },
      ],
    });
    await vitest.close();
  } finally {
    await pool.close();
  }
  const [error] = errors;
  if (error) throw faultyCheck(error);
  return targets.flatMap(({ name }) => results.get(name) ?? []);
}
