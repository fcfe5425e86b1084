import type { Output } from '../terminal/status-line.ts';
import { LessonConsole } from './console.ts';
import type { Io } from './io.ts';
import { Lesson, type LessonOptions } from './lesson.ts';
import { LessonTerminal } from './lesson-terminal.ts';

/** A step of the course while it runs, and who shows it. */
export interface RunningCourse {
  readonly lesson: Lesson;
  readonly terminal: LessonTerminal;
  readonly page: LessonConsole;
}

export interface RunningCourseOptions extends Omit<LessonOptions, 'columns' | 'onProblem'> {
  readonly io: Io;
  readonly output: Output;
  readonly consolePort: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
  readonly end: () => void;
}

/** One lesson, seen in the terminal and on the page. */
export function startCourse(options: RunningCourseOptions): RunningCourse {
  const { root, io, output, consolePort: port, environment, say, end } = options;
  const lesson = new Lesson({
    ...options,
    columns: () => io.columns() - 2,
    onProblem: (text) => output.print(`\n${text.trimEnd()}\n`),
  });
  const page = new LessonConsole({ root, port, lesson, environment, say });
  const openConsole = () => void page.open({ asked: true });
  return { lesson, page, terminal: new LessonTerminal({ lesson, io, output, openConsole, end }) };
}
