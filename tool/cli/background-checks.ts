import type { CheckResult } from '../check/result.ts';
import type { WarmChecks } from '../check/warm.ts';
import type { Target } from './arguments.ts';

/** What is known of a step while somebody works on it. */
export interface CheckState {
  readonly checking: boolean;
  /** The last verdict; absent before the first. */
  readonly last?: CheckResult | undefined;
  /** Why there is no verdict. */
  readonly problem?: string | undefined;
}

export interface BackgroundCheckOptions {
  readonly root: string;
  /** How wide a drawn trace may be now. */
  readonly columns: () => number;
  readonly onChange: () => void;
  /** Each verdict, once, after `onChange`. */
  readonly onVerdict: (target: Target, result: CheckResult) => void;
}

const NOT_CHECKED: CheckState = { checking: false };

/** The check of the step that runs, after each save. */
export class BackgroundChecks {
  readonly #options: BackgroundCheckOptions;
  #checks: Promise<WarmChecks> | undefined;
  #target: Target;
  #state = NOT_CHECKED;
  #verdict: PromiseWithResolvers<CheckState> | undefined;
  #closed = false;

  constructor(target: Target, options: BackgroundCheckOptions) {
    this.#target = target;
    this.#options = options;
  }

  get state(): CheckState {
    return this.#state;
  }

  /** From here on it is this step that is checked; a check of another is given up. */
  follow(target: Target): void {
    this.#target = target;
    void this.#checks?.then((checks) => checks.cancel()).catch(() => {});
    this.#change(NOT_CHECKED);
  }

  /** Check what is in the folder now; what an earlier call has under way is given up. */
  async check(): Promise<void> {
    if (this.#closed) return;
    const target = this.#target;
    this.#change({ ...this.#state, checking: true });
    try {
      this.#checks ??= this.#load();
      const checks = await this.#checks;
      const result = await checks.run({ name: target.step.folder, dir: target.dir });
      if (result && target === this.#target) this.#tell(target, result);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the check that is under way comes to, or a new one; `NOT_CHECKED` where it is given up for another step, or at the end. */
  verdict(): Promise<CheckState> {
    if (this.#closed) return Promise.resolve(NOT_CHECKED);
    this.#verdict ??= Promise.withResolvers();
    const { promise } = this.#verdict;
    if (!this.#state.checking) void this.check();
    return promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#verdict?.resolve(NOT_CHECKED);
    await (await this.#checks?.catch(() => undefined))?.close();
  }

  async #load(): Promise<WarmChecks> {
    const { startWarmChecks } = await import('../check/warm.ts');
    const { root, columns } = this.#options;
    return startWarmChecks({ root, columns });
  }

  #tell(target: Target, result: CheckResult): void {
    this.#change({ checking: false, last: result });
    if (!this.#closed) this.#options.onVerdict(target, result);
  }

  #fail(error: unknown): void {
    const { message, cause } = error as Error;
    const problem = cause instanceof Error ? `${message} ${cause.message}` : message;
    this.#change({ ...this.#state, checking: false, problem });
  }

  #change(state: CheckState): void {
    if (this.#closed) return;
    this.#state = state;
    this.#options.onChange();
    if (state.checking) return;
    this.#verdict?.resolve(state);
    this.#verdict = undefined;
  }
}
