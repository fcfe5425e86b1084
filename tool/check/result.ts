import type { TestCase, TestModule } from 'vitest/node';
import type { Failure } from './define.ts';

export interface CheckTarget {
  /** The step's folder name, which is also the name of its check: `03-auto-instrumentation`. */
  readonly name: string;
  /** The folder whose app is checked. */
  readonly dir: string;
}

export interface CheckResult extends CheckTarget {
  readonly passed: boolean;
  readonly durationMs: number;
  readonly assertions: readonly AssertionResult[];
}

export interface AssertionResult {
  readonly name: string;
  readonly passed: boolean;
  readonly failure?: Failure;
}

/** What kept the check itself from its work: it could not be loaded, or its scenario could not be run. */
export function faultsOf(module: TestModule): unknown[] {
  return [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
}

/** For faults of the check: they are ours, and say nothing about the learner's app. */
export function faultyCheck(fault: unknown): Error {
  const { message } = fault as { message?: string };
  return new Error(`The check itself failed, and says nothing about the app: ${message ?? fault}`, {
    cause: fault,
  });
}

/** What vitest found out about the target, where the check has no fault. */
export function resultOf(module: TestModule, target: CheckTarget): CheckResult {
  const assertions = [...module.children.allTests()].map(assertionOf);
  return {
    ...target,
    passed: assertions.length > 0 && assertions.every(({ passed }) => passed),
    durationMs: Math.round(module.diagnostic().duration),
    assertions,
  };
}

function assertionOf(test: TestCase): AssertionResult {
  const { state, errors = [] } = test.result();
  if (state === 'passed') return { name: test.name, passed: true };
  const { failure } = test.meta();
  const message = errors[0]?.message ?? `It was ${state}.`;
  return {
    name: test.name,
    passed: false,
    failure: failure ?? { message, diagnosis: null, guide: 'what-to-do' },
  };
}
