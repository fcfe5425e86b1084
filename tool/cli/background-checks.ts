import path from 'node:path';
import { renderReport } from '../check/report.ts';
import type { CheckResult } from '../check/result.ts';
import type { WarmChecks } from '../check/warm.ts';
import type { Step } from '../course/steps.ts';
import type { Output } from '../terminal/status-line.ts';
import { renderVerdict } from '../terminal/verdict.ts';
import type { Target } from './arguments.ts';

export interface BackgroundCheckOptions {
  readonly root: string;
  readonly output: Output;
  readonly columns: () => number;
  readonly colour: boolean;
  /** What to do when the step is done, in a few words for the status line. */
  readonly onward: (step: Step) => string | undefined;
  /** Each verdict, once. */
  readonly onVerdict: (target: Target, result: CheckResult) => void;
}

/** The check of the step that runs, after each save, and its verdict in the status line. */
export class BackgroundChecks {
  readonly #options: BackgroundCheckOptions;
  #checks: Promise<WarmChecks> | undefined;
  #target: Target;
  #last: CheckResult | undefined;
  #problem: string | undefined;
  #checking = false;
  #reportWanted = false;
  #closed = false;

  constructor(target: Target, options: BackgroundCheckOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** From here on it is this step that is checked; a check of another is given up. */
  follow(target: Target): void {
    this.#target = target;
    this.#last = undefined;
    this.#problem = undefined;
    this.#checking = false;
    this.#reportWanted = false;
    void this.#checks?.then((checks) => checks.cancel()).catch(() => {});
    this.#show();
  }

  /** Check what is in the folder now; what an earlier call has under way is given up. */
  async check(): Promise<void> {
    if (this.#closed) return;
    const target = this.#target;
    this.#checking = true;
    this.#show();
    try {
      this.#checks ??= this.#load();
      const checks = await this.#checks;
      const result = await checks.run({ name: target.step.folder, dir: target.dir });
      if (result && target === this.#target) this.#tell(target, result);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Show the report of the check that is under way, or of a new one. */
  report(): void {
    this.#reportWanted = true;
    if (!this.#checking) void this.check();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#checks?.catch(() => undefined))?.close();
  }

  async #load(): Promise<WarmChecks> {
    const { startWarmChecks } = await import('../check/warm.ts');
    const { root, columns } = this.#options;
    return startWarmChecks({ root, columns: () => columns() - 2 });
  }

  #tell(target: Target, result: CheckResult): void {
    this.#checking = false;
    this.#last = result;
    this.#problem = undefined;
    if (this.#reportWanted) this.#options.output.print(this.#renderReport(target, result));
    this.#reportWanted = false;
    this.#show();
    this.#options.onVerdict(target, result);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const { message, cause } = error as Error;
    this.#checking = false;
    this.#reportWanted = false;
    this.#problem = cause instanceof Error ? `${message} ${cause.message}` : message;
    this.#show();
  }

  #show(): void {
    if (this.#closed) return;
    const { step } = this.#target;
    const line = renderVerdict({
      step: step.number,
      checking: this.#checking,
      last: this.#last,
      problem: this.#problem,
      onward: this.#options.onward(step),
    });
    const isVerdict = !this.#checking && (this.#last || this.#problem !== undefined);
    this.#options.output[isVerdict ? 'verdict' : 'status'](line);
  }

  #renderReport({ step }: Target, result: CheckResult): string {
    const { columns, colour } = this.#options;
    const guidePath = path.posix.join('steps', step.folder, 'README.md');
    return `\n${renderReport(result, { colour, columns: columns(), step, guidePath })}`;
  }
}
