import path from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createVitest, type Vitest } from 'vitest/node';
import { cancelRun } from './cancellation.ts';
import { type CheckPool, checkPool } from './check-pool.ts';
import { type CheckResult, type CheckTarget, faultsOf, faultyCheck, resultOf } from './result.ts';
import { VITEST_OPTIONS } from './run.ts';

/** How long a check that was given up may take to end by itself; then its thread is ended. */
const CLOSE_MS = 2000;

export interface WarmOptions {
  readonly root: string;
  /** How wide a drawn trace may be now. */
  readonly columns: () => number;
}

export interface WarmChecks {
  /**
   * The verdict on the target; undefined where a later call, `cancel()` or `close()` came before it. Whatever runs is
   * cancelled first, its apps killed. Rejects where the check could not be run.
   */
  run(target: CheckTarget): Promise<CheckResult | undefined>;
  /** Give up what runs. Resolves once nothing of it is left. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** vitest, kept between runs: from the second on, a check costs little more than the app that it runs. */
export function startWarmChecks(options: WarmOptions): WarmChecks {
  return new KeptVitest(options);
}

class KeptVitest implements WarmChecks {
  readonly #options: WarmOptions;
  readonly #pool = checkPool({ threads: 1 });
  #vitest: Promise<Vitest> | undefined;
  #turn = 0;
  #running: Promise<unknown> = Promise.resolve();
  /** The turn that vitest is at, 0 for none. */
  #underWay = 0;

  constructor(options: WarmOptions) {
    this.#options = options;
  }

  async run(target: CheckTarget): Promise<CheckResult | undefined> {
    const before = this.cancel();
    const turn = this.#turn;
    const mine = before.then(() => (turn === this.#turn ? this.#check(target, turn) : undefined));
    this.#running = mine.catch(() => {});
    try {
      const result = await mine;
      return turn === this.#turn ? result : undefined;
    } catch (error) {
      if (turn === this.#turn) throw error;
      return undefined;
    }
  }

  async cancel(): Promise<void> {
    this.#turn++;
    const cancelling = this.#underWay > 0 ? cancelRun(this.#underWay) : undefined;
    await this.#running;
    cancelling?.stop();
  }

  async close(): Promise<void> {
    await Promise.race([this.cancel(), delay(CLOSE_MS, undefined, { ref: false })]);
    await this.#pool.close();
    await (await this.#vitest?.catch(() => undefined))?.close();
  }

  async #check(target: CheckTarget, turn: number): Promise<CheckResult> {
    this.#underWay = turn;
    try {
      this.#vitest ??= keptVitest(this.#options.root, this.#pool);
      return await this.#runSpecification(await this.#vitest, target, turn);
    } finally {
      this.#underWay = 0;
    }
  }

  async #runSpecification(vitest: Vitest, target: CheckTarget, turn: number): Promise<CheckResult> {
    const { root, columns } = this.#options;
    const project = vitest.getRootProject();
    project.provide('targets', { [target.name]: target.dir });
    project.provide('columns', columns());
    project.provide('run', turn);
    const specification = project.createSpecification(path.join(root, 'checks', `${target.name}.check.ts`));
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification]);

    const module = testModules.find(({ moduleId }) => moduleId === specification.moduleId);
    if (!module) throw new Error(`The check of ${target.name} did not run.`);
    const [error] = [...unhandledErrors, ...faultsOf(module)];
    if (error) throw faultyCheck(error);
    return resultOf(module, target);
  }
}

async function keptVitest(root: string, pool: CheckPool): Promise<Vitest> {
  const unheard = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const releaseProcess = holdListeners();
  try {
    const vitest = await createVitest(
      'test',
      { ...VITEST_OPTIONS, root, pool, maxWorkers: 1, reporters: [{}] },
      {},
      { stdout: unheard(), stderr: unheard() },
    );
    await vitest.standalone();
    return vitest;
  } finally {
    releaseProcess();
  }
}

const ENDINGS = ['SIGINT', 'SIGTERM', 'exit', 'unhandledRejection'] as const;

/** vitest would end this process on a signal, before the app has flushed: what it listens for is taken away again. */
function holdListeners(): () => void {
  const before = new Map(ENDINGS.map((event) => [event, process.rawListeners(event)]));
  return () => {
    for (const event of ENDINGS) {
      for (const listener of process.rawListeners(event)) {
        if (!before.get(event)?.includes(listener)) process.off(event, listener as () => void);
      }
    }
  };
}
