import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readGuide } from './guide.ts';
import { nearestStep } from './nearest-step.ts';
import { WorkshopError } from './workshop-error.ts';

/** One step of the course, as its folder `steps/NN-name` and its guide tell. */
export interface Step {
  readonly number: number;
  /** Without the number: what progress is kept by, so that steps can be renumbered. */
  readonly name: string;
  /** `03-auto-instrumentation`: the folder's name below `steps/`, `solutions/` and `checks/mistakes/`. */
  readonly folder: string;
  /** The guide's heading; the name where there is none. */
  readonly title: string;
  /** Where the learner works. */
  readonly dir: string;
  readonly solutionDir: string;
}

/** All steps in order, from the names of the folders: there is no second list. Throws where there are none. */
export function listSteps(root: string): readonly Step[] {
  const steps = folderNames(path.join(root, 'steps')).flatMap((folder) => readStep(root, folder));
  if (steps.length === 0) {
    throw new WorkshopError(`There are no steps in ${path.join(root, 'steps')}.`, 'Run: git checkout steps.');
  }
  return steps.sort((a, b) => a.number - b.number);
}

function folderNames(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readStep(root: string, folder: string): Step[] {
  const [, digits, name] = /^(\d{2,})-(.+)$/.exec(folder) ?? [];
  if (!digits || !name) return [];
  const dir = path.join(root, 'steps', folder);
  const title = readGuide(dir).title ?? name;
  return [
    { number: Number(digits), name, folder, title, dir, solutionDir: path.join(root, 'solutions', folder) },
  ];
}

/**
 * The step that a word names: its number (`3`, `03`), its folder, or the beginning of its name (`auto`).
 * Throws, with the nearest `call` as the mend, where no step or more than one is meant.
 */
export function findStep(steps: readonly Step[], word: string, call = 'npm run step'): Step {
  const found = steps.filter((step) => isNamed(step, word.toLowerCase()));
  const exact = found.find((step) => step.name === word || step.folder === word);
  const step = exact ?? found[0];
  if (step && (exact || found.length === 1)) return step;

  if (!step) throw noSuchStep(steps, word, call);
  const names = found.map(({ folder }) => folder).join(' or ');
  throw new WorkshopError(
    `Step ${word} could be ${names}.`,
    `Give more of the name, or the number, for example: ${call} ${step.number}.`,
    2,
  );
}

function noSuchStep(steps: readonly Step[], word: string, call: string): WorkshopError {
  const problem = `There is no step ${word}.`;
  const meant = nearestStep(steps, word.toLowerCase());
  if (meant) return new WorkshopError(problem, `Run: ${call} ${meant.number}, for ${meant.name}.`, 2);
  if (/^[1-9]\d*$/.test(word) && steps.some(({ number }) => number > Number(word))) {
    // Of this folder alone: in the others is the learner's work.
    const lost = `steps/${word.padStart(2, '0')}-*`;
    return new WorkshopError(
      `The folder of step ${word} is gone.`,
      `Run: git checkout "${lost}", or copy it from where you got the workshop.`,
    );
  }
  const last = steps.at(-1)?.number;
  return new WorkshopError(problem, `Choose ${range(steps)}, for example: ${call} ${last}.`, 2);
}

function isNamed({ number, name, folder }: Step, word: string): boolean {
  if (/^\d+$/.test(word)) return number === Number(word);
  return word !== '' && (name.startsWith(word) || folder.startsWith(word));
}

function range(steps: readonly Step[]): string {
  const [first, last] = [steps.at(0)?.number, steps.at(-1)?.number];
  return first === last ? `${first}` : `${first} to ${last}`;
}
