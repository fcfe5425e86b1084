import type { CheckResult } from '../check/result.ts';
import { readGuide } from '../course/guide.ts';
import { guideSection } from '../course/guide-section.ts';
import { chooseStep, progressFile, readProgress, renderNotSaved } from '../course/progress.ts';
import type { Step } from '../course/steps.ts';
import { renderDone, renderKeys, renderStepList } from '../terminal/loop-text.ts';
import type { Output } from '../terminal/status-line.ts';
import type { Target } from './arguments.ts';
import { BackgroundChecks } from './background-checks.ts';
import type { Io } from './io.ts';
import { type StepTarget, stepTarget } from './step-target.ts';

export interface LessonOptions {
  readonly root: string;
  readonly target: Target;
  /** The steps to go to, in order, `target` among them; it alone where a folder was named. */
  readonly targets: readonly Target[];
  readonly io: Io;
  readonly output: Output;
  readonly goTo: (step: StepTarget) => void;
  readonly end: () => void;
}

interface Key {
  readonly help: string;
  readonly press: () => unknown;
}

const NOT_OWN = 'This is not your own work: hints and the diff are for steps/.';

function renderNoStep(count: number, by: 1 | -1): string {
  if (count === 1) return 'This folder is run by itself, so there is no other step.';
  return by > 0 ? 'This is the last step.' : 'This is the first step.';
}

/** What makes a running app a step of the course: its verdict after each save, the keys, and the way to other steps. */
export class Lesson {
  readonly #options: LessonOptions;
  readonly #checks: BackgroundChecks;
  readonly #keys: Readonly<Record<string, Key>>;
  readonly #told = new Set<string>();
  #target: Target;
  #checked = false;
  #folded = false;

  constructor(options: LessonOptions) {
    const { root, io, output, target } = options;
    this.#options = options;
    this.#target = target;
    this.#checks = new BackgroundChecks(target, {
      root,
      output,
      columns: io.columns,
      colour: io.colour,
      onward: (step) => this.#onward(step),
      onVerdict: (checked, result) => void this.#keep(checked, result),
    });
    this.#keys = this.#keyTable();
  }

  /** Whether a trace is shown in a line. */
  get folded(): boolean {
    return this.#folded;
  }

  /** The app has started, or failed to: now the processor is free for a first verdict. */
  started(): void {
    if (!this.#checked) this.saved();
  }

  saved(): void {
    this.#checked = true;
    void this.#checks.check();
  }

  welcome(): void {
    if (this.#options.io.terminal) this.#print('c checks and shows the whole report, ? shows all keys.');
  }

  press(key: string): void {
    if (key === '\r') this.#print('');
    else this.#keys[key]?.press();
  }

  close(): Promise<void> {
    return this.#checks.close();
  }

  #keyTable(): Record<string, Key> {
    return {
      c: { help: 'check now, and show the whole report', press: () => this.#checks.report() },
      h: { help: 'the next hint', press: () => this.#hint() },
      d: { help: 'what differs from the solution', press: () => this.#diff() },
      n: { help: 'next step', press: () => this.#move(1) },
      p: { help: 'previous step', press: () => this.#move(-1) },
      l: { help: 'list of the steps', press: () => this.#list() },
      t: { help: 'fold traces to a line, or show them whole', press: () => this.#fold() },
      '?': { help: 'these keys', press: () => this.#help() },
      q: { help: 'quit, as Ctrl-C', press: () => this.#options.end() },
    };
  }

  #move(by: 1 | -1): void {
    const { targets, root, goTo } = this.#options;
    const target = targets[this.#placeOf(this.#target.step) + by];
    if (!target) {
      this.#print(renderNoStep(targets.length, by));
      return;
    }
    this.#target = target;
    this.#checked = false;
    if (target.own) this.#guarded(() => chooseStep(root, target.step));
    this.#checks.follow(target);
    goTo(stepTarget(target));
  }

  async #hint(): Promise<void> {
    if (!this.#target.own) return this.#print(NOT_OWN);
    const { hintCommand } = await import('./hint.ts');
    hintCommand({ root: this.#options.root, step: this.#target.step }, this.#printing());
  }

  async #diff(): Promise<void> {
    if (!this.#target.own) return this.#print(NOT_OWN);
    const { diffCommand } = await import('./diff.ts');
    diffCommand({ step: this.#target.step }, this.#printing());
  }

  #list(): void {
    const { targets } = this.#options;
    const done = this.#done();
    const steps = targets.map(({ step }) => ({
      ...step,
      done: done.has(step.name),
      here: step.number === this.#target.step.number,
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

  #onward(step: Step): string | undefined {
    if (!this.#options.io.terminal) return undefined;
    const next = this.#after(step);
    return next && `n: step ${next.number}`;
  }

  #after(step: Step): Step | undefined {
    const { targets } = this.#options;
    return targets[this.#placeOf(step) + 1]?.step;
  }

  #placeOf({ number }: Step): number {
    return this.#options.targets.findIndex(({ step }) => step.number === number);
  }

  async #keep(target: Target, result: CheckResult): Promise<void> {
    const { root } = this.#options;
    const doneBefore = target.own && this.#done().has(target.step.name);
    if (target.own) {
      const { keepProgress } = await import('./check.ts');
      keepProgress(root, target.step, result, this.#printing());
    }
    if (result.passed && !doneBefore && !this.#told.has(target.step.name)) this.#congratulate(target);
    if (result.passed) this.#told.add(target.step.name);
  }

  #congratulate({ step }: Target): void {
    const learned = guideSection(readGuide(step.dir).markdown, 'What you just learned');
    const keys = this.#options.io.terminal !== undefined;
    const { targets } = this.#options;
    const next = this.#after(step);
    this.#print(
      renderDone({ step, learned, next, last: targets.length > 1 && !next, keys, ...this.#screen() }),
    );
  }

  #done(): ReadonlySet<string> {
    return new Set(Object.keys(readProgress(progressFile(this.#options.root)).progress.done));
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#print(renderNotSaved('Your place could not be saved', error));
    }
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
