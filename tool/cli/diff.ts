import { type AppFiles, readAppFiles, readSolution } from '../course/app-files.ts';
import type { Step } from '../course/steps.ts';
import { renderDiff } from '../terminal/diff.ts';
import { painter } from '../terminal/paint.ts';
import type { Io } from './io.ts';

const CODE = /\.([cm]?[jt]s|json|sql)$/;

/** `npm run diff`: the learner's step against its solution, file by file. Gives the exit code. */
export function diffCommand({ step }: { step: Step }, io: Pick<Io, 'out' | 'columns' | 'colour'>): number {
  io.out.write(
    renderStepDiff(
      { number: step.number, mine: readAppFiles(step.dir), solution: readSolution(step) },
      { columns: io.columns(), colour: io.colour },
    ),
  );
  return 0;
}

interface StepDiff {
  readonly number: number;
  readonly mine: AppFiles;
  readonly solution: AppFiles;
}

interface DiffText {
  readonly columns: number;
  readonly colour: boolean;
}

/** Each file of the solution that the learner's differs from. A file that only the learner has is named. */
export function renderStepDiff({ number, mine, solution }: StepDiff, { columns, colour }: DiffText): string {
  const paint = painter(colour);
  const names = [...solution.keys()].filter((name) => CODE.test(name));
  const blocks = names.flatMap((name) => {
    const text = (files: AppFiles) => files.get(name)?.toString() ?? '';
    const diff = renderDiff(text(mine), text(solution), { columns, colour });
    const missing = mine.has(name) ? '' : ', which your step lacks';
    return diff === '' ? [] : [`${paint('bold', `${name}${missing}`)}\n${diff}`];
  });
  const own = [...mine.keys()].filter((name) => CODE.test(name) && !solution.has(name));
  const others = own.length > 0 ? [`Only in your step: ${own.join(', ')}.\n`] : [];
  if (blocks.length === 0) return [`Step ${number} is equal to its solution.\n`, ...others].join('\n');
  const head = `Step ${number}: ${paint('red', '- yours')}, ${paint('green', '+ the solution')}\n`;
  return [head, ...blocks, ...others].join('\n');
}
