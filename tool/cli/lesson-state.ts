import path from 'node:path';
import type { AssertionResult, CheckResult } from '../check/result.ts';
import type { AssertionView, CheckView, LessonState } from '../console/protocol.ts';
import type { Target } from './arguments.ts';
import type { CheckState } from './background-checks.ts';

export interface LessonParts {
  readonly root: string;
  readonly targets: readonly Target[];
  readonly target: Target;
  /** The names of the steps that are done. */
  readonly done: ReadonlySet<string>;
  readonly app: LessonState['app'];
  readonly check: CheckState;
}

/** The lesson as the console shows it. */
export function renderLessonState({ root, targets, target, done, app, check }: LessonParts): LessonState {
  return {
    steps: targets.map(({ step: { number, name, title } }) => ({
      number,
      name,
      title,
      done: done.has(name),
    })),
    step: target.step.number,
    own: target.own,
    dir: path.relative(root, target.dir).replaceAll('\\', '/'),
    app,
    check: checkOf(check),
  };
}

function checkOf({ checking, last, problem }: CheckState): LessonState['check'] {
  const result = last && { result: checkView(last) };
  if (checking) return { state: 'checking', ...result };
  if (problem !== undefined) return { state: 'broken', problem, ...result };
  return { state: last ? 'done' : 'none', ...result };
}

function checkView({ passed, durationMs, assertions }: CheckResult): CheckView {
  return { passed, durationMs, assertions: assertions.map(assertionView) };
}

function assertionView({ name, passed, failure }: AssertionResult): AssertionView {
  const { message = '', diagnosis = null, guide = '' } = failure ?? {};
  return { name, passed, message, diagnosis, guide };
}
