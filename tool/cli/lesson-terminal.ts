import path from 'node:path';
import { renderReport } from '../check/report.ts';
import type { CheckResult } from '../check/result.ts';
import { readGuide } from '../course/guide.ts';
import { guideSection } from '../course/guide-section.ts';
import type { Step } from '../course/steps.ts';
import { renderDone, renderKeys, renderStepList } from '../terminal/loop-text.ts';
import type { Output } from '../terminal/status-line.ts';
import { renderVerdict } from '../terminal/verdict.ts';
import type { Target } from './arguments.ts';
import type { Io } from './io.ts';
import type { Lesson } from './lesson.ts';
import { type LearnersAction, runLearnersAction } from './lesson-actions.ts';

export interface LessonTerminalOptions {
  readonly lesson: Lesson;
  readonly io: Io;
  readonly output: Output;
  readonly openConsole: () => void;
  readonly end: () => void;
}

interface Key {
  readonly help: string;
  readonly press: () => unknown;
}

function renderNoStep(count: number, by: 1 | -1): string {
  if (count === 1) return 'This folder is run by itself, so there is no other step.';
  return by > 0 ? 'This is the last step.' : 'This is the first step.';
}

/** The lesson in the terminal: its verdict in the status line, and the keys. */
export class LessonTerminal {
  readonly #options: LessonTerminalOptions;
  readonly #keys: Readonly<Record<string, Key>>;
  #reportWanted = false;
  #folded = false;

  constructor(options: LessonTerminalOptions) {
    this.#options = options;
    this.#keys = this.#keyTable();
    options.lesson.observe({
      onCheck: () => this.#showCheck(),
      onVerdict: (target, _result, first) => {
        if (first) this.#congratulate(target);
      },
    });
  }

  /** Whether a trace is shown in a line. */
  get folded(): boolean {
    return this.#folded;
  }

  welcome(): void {
    if (this.#options.io.terminal) this.#print('c checks and shows the whole report, ? shows all keys.');
  }

  press(key: string): void {
    if (key === '\r') this.#print('');
    else this.#keys[key]?.press();
  }

  #keyTable(): Record<string, Key> {
    return {
      c: { help: 'check now, and show the whole report', press: () => this.#report() },
      h: { help: 'the next hint', press: () => this.#act('hint') },
      d: { help: 'what differs from the solution', press: () => this.#act('diff') },
      n: { help: 'next step', press: () => this.#move(1) },
      p: { help: 'previous step', press: () => this.#move(-1) },
      l: { help: 'list of the steps', press: () => this.#list() },
      t: { help: 'fold traces to a line, or show them whole', press: () => this.#fold() },
      o: { help: 'open the console in the browser', press: () => this.#options.openConsole() },
      '?': { help: 'these keys', press: () => this.#help() },
      q: { help: 'quit, as Ctrl-C', press: () => this.#options.end() },
    };
  }

  #report(): void {
    this.#reportWanted = true;
    void this.#options.lesson.check();
  }

  #move(by: 1 | -1): void {
    const { lesson } = this.#options;
    if (!lesson.move(by)) this.#print(renderNoStep(lesson.targets.length, by));
  }

  #act(action: LearnersAction): Promise<boolean> {
    return runLearnersAction(action, this.#options.lesson, this.#printing());
  }

  #list(): void {
    const { lesson } = this.#options;
    const done = lesson.done();
    const steps = lesson.targets.map(({ step }) => ({
      ...step,
      done: done.has(step.name),
      here: step.number === lesson.target.step.number,
    }));
    this.#print(renderStepList(steps, this.#screen()));
  }

  #fold(): void {
    this.#folded = !this.#folded;
    this.#print(this.#folded ? 'From now on a trace is one line.' : 'From now on traces are drawn whole.');
  }

  #help(): void {
    const keys = Object.entries(this.#keys).map(([key, { help }]) => [key, help] as const);
    this.#print(renderKeys(keys, this.#screen()));
  }

  #showCheck(): void {
    const { lesson, output } = this.#options;
    const { checking, last, problem } = lesson.checks;
    if (!checking && this.#reportWanted) {
      this.#reportWanted = false;
      if (last && problem === undefined) this.#print(this.#renderReport(last));
    }
    const { step } = lesson.target;
    const line = renderVerdict({ step: step.number, checking, last, problem, onward: this.#onward(step) });
    const isVerdict = !checking && (last || problem !== undefined);
    output[isVerdict ? 'verdict' : 'status'](line);
  }

  #renderReport(result: CheckResult): string {
    const { step } = this.#options.lesson.target;
    const guidePath = path.posix.join('steps', step.folder, 'README.md');
    return `\n${renderReport(result, { ...this.#screen(), step, guidePath })}`;
  }

  #onward(step: Step): string | undefined {
    const { lesson, io } = this.#options;
    const next = io.terminal && lesson.after(step);
    return next && `n: step ${next.number}`;
  }

  #congratulate({ step }: Target): void {
    const { lesson, io } = this.#options;
    const learned = guideSection(readGuide(step.dir).markdown, 'What you just learned');
    const next = lesson.after(step);
    const last = lesson.targets.length > 1 && !next;
    const keys = io.terminal !== undefined;
    this.#print(renderDone({ step, learned, next, last, keys, ...this.#screen() }));
  }

  /** For other commands, so that what they write goes above the status line. */
  #printing(): Io {
    const write = (text: string) => this.#print(`\n${text.trimEnd()}\n`);
    return { ...this.#options.io, out: { write }, err: { write } };
  }

  #screen() {
    const { columns, colour } = this.#options.io;
    return { columns: columns(), colour };
  }

  #print(text: string): void {
    this.#options.output.print(text);
  }
}
