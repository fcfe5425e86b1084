import type { CheckResult } from '../check/result.ts';
import type { LessonState } from '../console/protocol.ts';
import { chooseStep, progressFile, readProgress, renderNotSaved } from '../course/progress.ts';
import type { Step } from '../course/steps.ts';
import type { Target } from './arguments.ts';
import { BackgroundChecks, type CheckState } from './background-checks.ts';
import { renderLessonState } from './lesson-state.ts';
import { type StepTarget, stepTarget } from './step-target.ts';

export type AppState = Omit<LessonState['app'], 'url'>;

export interface LessonOptions {
  readonly root: string;
  readonly target: Target;
  /** The steps to go to, in order, `target` among them; it alone where a folder was named. */
  readonly targets: readonly Target[];
  /** How wide a trace in a report may be now. */
  readonly columns: () => number;
  readonly appUrl: string;
  readonly goTo: (step: StepTarget) => void;
  /** What the learner has to mend, as problem and mend. */
  readonly onProblem: (text: string) => void;
}

/** Each is optional. */
export interface LessonObserver {
  /** The step, or what is known of it by its check. */
  readonly onCheck?: () => void;
  /** Anything of the lesson's state. */
  readonly onChange?: () => void;
  /** `first`: the step had not been done before, as far as anybody knows. Comes once what is done is written down. */
  readonly onVerdict?: (target: Target, result: CheckResult, first: boolean) => void;
}

/**
 * What makes a running app a step of the course: its verdict after each save, and the way to other steps.
 * Whoever shows it, terminal and console, observes this one.
 */
export class Lesson {
  readonly #options: LessonOptions;
  readonly #checks: BackgroundChecks;
  readonly #observers = new Set<LessonObserver>();
  readonly #passed = new Set<string>();
  #target: Target;
  #app: AppState = { state: 'starting' };
  #checked = false;

  constructor(options: LessonOptions) {
    const { root, target, columns } = options;
    this.#options = options;
    this.#target = target;
    this.#checks = new BackgroundChecks(target, {
      root,
      columns,
      onChange: () => this.#tell('onCheck', 'onChange'),
      onVerdict: (checked, result) => void this.#keep(checked, result),
    });
  }

  get root(): string {
    return this.#options.root;
  }

  get target(): Target {
    return this.#target;
  }

  get targets(): readonly Target[] {
    return this.#options.targets;
  }

  get checks(): CheckState {
    return this.#checks.state;
  }

  get state(): LessonState {
    const { root, targets, appUrl } = this.#options;
    const app = { ...this.#app, url: appUrl };
    return renderLessonState({
      root,
      targets,
      target: this.#target,
      done: this.done(),
      app,
      check: this.checks,
    });
  }

  /** The names of the steps that are done; none where that cannot be read, which is no reason to end. */
  done(): ReadonlySet<string> {
    try {
      return new Set(Object.keys(readProgress(progressFile(this.root)).progress.done));
    } catch {
      return new Set();
    }
  }

  /** The step that follows. */
  after({ number }: Step): Step | undefined {
    return this.targets[this.#placeOf(number) + 1]?.step;
  }

  /** Gives what ends the observation. */
  observe(observer: LessonObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  appChanged(app: AppState): void {
    this.#app = app;
    this.#tell('onChange');
  }

  /** The app has started, or failed to: now the processor is free for a first verdict. */
  started(): void {
    if (!this.#checked) this.saved();
  }

  saved(): void {
    this.#checked = true;
    void this.#checks.check();
  }

  /** What the check that is under way comes to, or a new one. */
  check(): Promise<CheckState> {
    return this.#checks.verdict();
  }

  /** To a neighbour of the step; whether there is one. */
  move(by: 1 | -1): boolean {
    const target = this.targets[this.#placeOf(this.#target.step.number) + by];
    if (target) this.#goTo(target);
    return target !== undefined;
  }

  /** To the step of this number, which may be the one that runs; whether there is one. */
  moveTo(number: number): boolean {
    const target = this.targets[this.#placeOf(number)];
    if (target && target !== this.#target) this.#goTo(target);
    return target !== undefined;
  }

  close(): Promise<void> {
    return this.#checks.close();
  }

  #goTo(target: Target): void {
    const { root, goTo, onProblem } = this.#options;
    this.#target = target;
    this.#checked = false;
    this.#app = { state: 'starting' };
    try {
      if (target.own) chooseStep(root, target.step);
    } catch (error) {
      onProblem(renderNotSaved('Your place could not be saved', error));
    }
    this.#checks.follow(target);
    goTo(stepTarget(target));
  }

  async #keep(target: Target, result: CheckResult): Promise<void> {
    const { root, onProblem } = this.#options;
    const { name } = target.step;
    const doneBefore = this.#passed.has(name) || (target.own && this.done().has(name));
    if (target.own) {
      const { keepProgress } = await import('./check.ts');
      keepProgress(root, target.step, result, { err: { write: onProblem } });
    }
    if (result.passed) this.#passed.add(name);
    this.#tell('onChange');
    for (const { onVerdict } of [...this.#observers]) {
      onVerdict?.(target, result, result.passed && !doneBefore);
    }
  }

  #placeOf(number: number): number {
    return this.targets.findIndex(({ step }) => step.number === number);
  }

  #tell(...kinds: readonly ('onCheck' | 'onChange')[]): void {
    for (const observer of [...this.#observers]) for (const kind of kinds) observer[kind]?.();
  }
}
