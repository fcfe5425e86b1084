import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { firstOfSeveral } from '../course/nearest-step.ts';
import { currentStep, type Progress } from '../course/progress.ts';
import { findStep, type Step } from '../course/steps.ts';
import { WorkshopError } from '../course/workshop-error.ts';

/** A step, and the folder that holds the app to run or check as that step. */
export interface Target {
  readonly step: Step;
  readonly dir: string;
  /** Whether this is the learner's own work, whose progress counts: `steps/NN-name`, not asked for by `--dir`. */
  readonly own: boolean;
}

export interface TargetRequest {
  readonly root: string;
  readonly steps: readonly Step[];
  readonly progress: Progress;
  /** For the mends: `npm run check`. */
  readonly call: string;
  /** The step that was asked for; the current one where none was. */
  readonly word?: string | undefined;
  readonly solution?: boolean | undefined;
  /** `--dir`, as it was typed, and the folder that it was typed in. */
  readonly dir?: string | undefined;
  readonly cwd: string;
}

/** The one target that the arguments name. Throws a WorkshopError with exit code 2 where they name none. */
export function resolveTarget(request: TargetRequest): Target {
  const { steps, progress, word, call, solution, dir } = request;
  if (solution && dir !== undefined) {
    throw new WorkshopError(
      '--solution and --dir name two folders.',
      `Take one: ${call} 3 -- --solution.`,
      2,
    );
  }
  const step = word === undefined ? currentStep(steps, progress) : findStep(steps, word, call);
  if (dir !== undefined) return { step, dir: findDirectory(dir, request), own: false };
  if (!solution) return { step, dir: step.dir, own: true };
  if (isDirectory(step.solutionDir)) return { step, dir: step.solutionDir, own: false };
  throw new WorkshopError(`Step ${step.number} has no solution.`, `Run: git checkout solutions.`, 2);
}

/** The same, where `all` names every step. */
export function resolveTargets(request: TargetRequest): readonly Target[] {
  const { word, dir, steps, call } = request;
  if (word !== undefined && firstOfSeveral(word) !== undefined) {
    throw new WorkshopError(
      `${call} takes one step, or all: ${word} is neither.`,
      `Run: ${call} all, or ${call} ${firstOfSeveral(word)}.`,
      2,
    );
  }
  if (word?.toLowerCase() !== 'all') return [resolveTarget(request)];
  if (dir === undefined) return steps.map((step) => resolveTarget({ ...request, word: String(step.number) }));
  throw new WorkshopError('--dir is the folder of one step.', `Name the step: ${call} 3 -- --dir ${dir}.`, 2);
}

function findDirectory(dir: string, { root, steps, cwd, call }: TargetRequest): string {
  const absolute = path.resolve(cwd, dir);
  const { number, folder } = steps.at(-1) as Step;
  const mend = `Name a folder inside ${root}, for example: ${call} ${number} -- --dir solutions/${folder}.`;
  if (!isDirectory(absolute)) throw new WorkshopError(`There is no folder ${absolute}.`, mend, 2);

  const real = realpathSync(absolute);
  const relative = path.relative(realpathSync(root), real);
  if (relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)) return real;
  const what =
    relative === ''
      ? 'is the workshop itself, and no folder of one step'
      : 'is not inside the workshop, where the packages are';
  throw new WorkshopError(`${absolute} ${what}.`, mend, 2);
}

function isDirectory(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Where the person is: npm runs us in the root, and keeps the folder that it was called in. */
export function callersFolder(root: string, env: NodeJS.ProcessEnv, cwd: string): string {
  const { INIT_CWD: called } = env;
  const byNpm =
    called !== undefined && path.relative(root, cwd) === '' && !path.relative(root, called).startsWith('..');
  return byNpm ? called : cwd;
}
