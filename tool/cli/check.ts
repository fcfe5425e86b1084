import path from 'node:path';
import { type CheckResult, runChecks } from '../check/run.ts';
import { recordCheck, renderNotSaved } from '../course/progress.ts';
import { listSteps, type Step } from '../course/steps.ts';
import type { Target } from './arguments.ts';

export interface CheckCommandOptions {
  readonly root: string;
  readonly targets: readonly Target[];
  readonly json: boolean;
}

export interface CheckStreams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly colour: boolean;
  readonly columns: () => number;
}

/** `npm run check`: the verdict on each target, drawn as it comes, in the order of the steps. Gives the exit code. */
export async function checkCommand(
  { root, targets, json }: CheckCommandOptions,
  io: CheckStreams,
): Promise<number> {
  const targetOf = (result: CheckResult) => targets.find(({ step }) => step.folder === result.name) as Target;
  const guideOf = ({ step }: Target) => path.posix.join('steps', step.folder, 'README.md');

  const started = performance.now();
  const [results, { failureText, renderReport }] = await Promise.all([
    runChecks(
      targets.map(({ step, dir }) => ({ name: step.folder, dir })),
      { root, ...(!json && { columns: io.columns() - 2 }) },
    ),
    import('../check/report.ts'),
  ]);
  for (const result of results) {
    const target = targetOf(result);
    if (target.own) keepProgress(root, target.step, result, io);
    if (json) continue;
    io.out.write(
      `${renderReport(result, { colour: io.colour, columns: io.columns(), step: target.step, guidePath: guideOf(target) })}\n`,
    );
  }
  const passed = results.length === targets.length && results.every((result) => result.passed);
  if (json) io.out.write(`${JSON.stringify(documentOf(results, passed), null, 2)}\n`);
  else io.out.write(renderEnd(results, { root, targets, ms: performance.now() - started, guideOf }));
  return passed ? 0 : 1;

  function documentOf(results: readonly CheckResult[], passed: boolean) {
    const steps = results.map((result) => {
      const target = targetOf(result);
      const assertions = result.assertions.map(({ name, passed, failure }) => ({
        name,
        passed,
        message: failure ? failureText(failure, guideOf(target)) : '',
        diagnosis: failure?.diagnosis?.id ?? null,
      }));
      const { number: step, name } = target.step;
      return { step, name, passed: result.passed, durationMs: result.durationMs, assertions };
    });
    return { passed, steps };
  }
}

interface End {
  readonly root: string;
  readonly targets: readonly Target[];
  readonly ms: number;
  readonly guideOf: (target: Target) => string;
}

/** What comes next: the following step, the hints, or the sum of many. */
function renderEnd(results: readonly CheckResult[], { root, targets, ms, guideOf }: End): string {
  const passed = results.filter((result) => result.passed).length;
  if (results.length > 1)
    return `${passed} of ${results.length} steps passed, in ${(ms / 1000).toFixed(1)} s.\n`;
  const [target] = targets;
  if (!target?.own) return '';
  if (passed === 0) return `Hints: npm run hint ${target.step.number}, or ${guideOf(target)}#hints\n`;
  const next = listSteps(root).find(({ number }) => number > target.step.number);
  return next ? `Next: ${next.title}, by npm run step ${next.number}.\n` : 'That was the last step.\n';
}

/** A verdict stands also where it cannot be written down. */
export function keepProgress(
  root: string,
  step: Step,
  result: CheckResult,
  { err }: Pick<CheckStreams, 'err'>,
): void {
  const { passed, assertions } = result;
  const first = assertions.find((assertion) => !assertion.passed);
  try {
    recordCheck(root, step, { passed, diagnosis: first?.failure?.diagnosis });
  } catch (error) {
    err.write(`${renderNotSaved('Your progress could not be saved', error)}\n`);
  }
}
