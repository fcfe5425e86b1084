import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Overlay } from '../../course/overlay.ts';
import type { Judgement } from './judge.ts';

/** More than processors, because many mistakes make the check wait; no more than a laptop has memory for. */
export const judges = Math.min(12, Math.max(5, 2 * availableParallelism()));

/** Has overlays judged side by side, in the order in which they are handed in. */
export class Judges {
  readonly #free: ChildProcess[] = [];
  readonly #waiting: ((judge: ChildProcess) => void)[] = [];
  readonly #all = Array.from({ length: judges }, startJudge);

  constructor() {
    this.#free.push(...this.#all);
  }

  async judge(overlay: Overlay): Promise<Judgement> {
    const judge =
      this.#free.pop() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    try {
      return await ask(judge, overlay);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(judge);
      else this.#free.push(judge);
    }
  }

  /** Each judge clears up, also when this process is killed. */
  async close(): Promise<void> {
    const gone = this.#all.map((judge) => judge.exitCode === null && once(judge, 'exit'));
    for (const judge of this.#all) if (judge.connected) judge.disconnect();
    await Promise.all(gone);
  }
}

function startJudge(): ChildProcess {
  return fork(path.join(import.meta.dirname, 'judge.ts'), {
    execArgv: [...process.execArgv.filter(isTypesFlag)],
  });
}

/** What Node needs to run TypeScript, where it does not do so by itself. */
function isTypesFlag(flag: string): boolean {
  return flag.includes('strip-types') || flag.startsWith('--disable-warning');
}

function ask(judge: ChildProcess, overlay: Overlay): Promise<Judgement> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The judge ended with exit code ${code}.`));
    judge.once('exit', ended);
    judge.once('message', (judgement: Judgement) => {
      judge.off('exit', ended);
      resolve(judgement);
    });
    judge.send(overlay);
  });
}
