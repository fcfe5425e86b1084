import { existsSync } from 'node:fs';
import path from 'node:path';

/** The files of a step that run as processes of their own, the app first. */
export const PROCESS_FILES = ['app.ts', 'worker.ts'] as const;
export type ProcessFile = (typeof PROCESS_FILES)[number];

/** The processes that the step in `dir` has; `app.ts` is among them even where it is missing, so that Node says so. */
export function processFiles(dir: string): ProcessFile[] {
  return PROCESS_FILES.filter((file) => file === 'app.ts' || existsSync(path.join(dir, file)));
}

/** Node's arguments for one process of a step: TypeScript first, then the tracing, then the file itself. */
export function nodeArguments(dir: string, file: ProcessFile): string[] {
  const tracing = existsSync(path.join(dir, 'tracing.ts')) ? ['--import', './tracing.ts'] : [];
  return ['--import', 'tsx', ...tracing, file];
}

/** What a learner would type in the step's folder to start the same process. */
export function commandLine(dir: string, file: ProcessFile = 'app.ts'): string {
  return ['node', ...nodeArguments(dir, file)].join(' ');
}
