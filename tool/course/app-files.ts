import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Step } from './steps.ts';
import { WorkshopError } from './workshop-error.ts';

/** The files of an app, by their path in its folder, with forward slashes. */
export type AppFiles = ReadonlyMap<string, Buffer>;

/** All files in `dir` but guides and hidden ones, sorted by name; none where there is no such folder. */
export function readAppFiles(dir: string): AppFiles {
  return new Map(appFileNames(dir).map((name) => [name, readFileSync(path.join(dir, name))]));
}

/** Their names alone. */
export function appFileNames(dir: string, below = ''): string[] {
  const entries = readEntries(path.join(dir, below)).filter(({ name }) => !isLeftOut(name));
  const names = entries.flatMap((entry) => {
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) return appFileNames(dir, name);
    // Through a link; one that leads nowhere is no file.
    return statSync(path.join(dir, name), { throwIfNoEntry: false })?.isFile() ? name : [];
  });
  return names.toSorted();
}

const isLeftOut = (name: string) => name.startsWith('.') || name === 'node_modules' || name.endsWith('.md');

function readEntries(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The step solved. Throws where `solutions/` lacks it. */
export function readSolution({ number, solutionDir }: Step): AppFiles {
  const files = readAppFiles(solutionDir);
  if (files.size > 0) return files;
  throw new WorkshopError(`Step ${number} has no solution.`, 'Run: git checkout solutions.');
}

/**
 * The step as it was before anybody worked on it, whatever `steps/` and git hold by now: a start is its solution, but for
 * the files with a TODO, which are kept in `tool/course/starts/`.
 */
export function readStart(root: string, step: Step): AppFiles {
  return new Map([...readSolution(step), ...readAppFiles(startsDir(root, step))]);
}

export const startsDir = (root: string, { folder }: Pick<Step, 'folder'>) =>
  path.join(root, 'tool', 'course', 'starts', folder);
