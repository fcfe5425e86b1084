import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PoolRunnerInitializer, PoolWorker, WorkerRequest } from 'vitest/node';

const FORWARDED = ['message', 'error', 'exit'] as const;

export interface CheckPool extends PoolRunnerInitializer {
  close(): Promise<void>;
}

/**
 * A pool of threads that begin to load what a check needs at once, while vitest itself is still loading, and that
 * outlive a run, so that the next one finds everything loaded. vitest's own pools start a worker when a run needs it,
 * and end it with the run. https://vitest.dev/guide/advanced/pool
 */
export function checkPool({ threads }: { threads: number }): CheckPool {
  const name = 'check';
  const all = new Set<Worker>();
  const free: Worker[] = [];
  const started = new WeakSet<Worker>();

  const newThread = (): Worker => {
    const thread = new Worker(new URL('./check-thread.mjs', import.meta.url), {
      execArgv: process.execArgv,
      stdout: true,
      stderr: true,
    });
    // Read and dropped, because an unread stream would be kept in memory.
    thread.stdout.resume();
    thread.stderr.resume();
    // While it is lent, vitest hears of it as well.
    thread.on('error', () => {});
    all.add(thread);
    thread.once('exit', () => {
      all.delete(thread);
      if (free.includes(thread)) free.splice(free.indexOf(thread), 1);
    });
    return thread;
  };
  for (let count = 0; count < threads; count++) free.push(newThread());

  return {
    name,
    createPoolWorker: () =>
      new Lease(name, {
        take: () => {
          const thread = free.shift() ?? newThread();
          const warm = started.has(thread);
          started.add(thread);
          return { thread, warm };
        },
        giveBack: (thread) => {
          if (all.has(thread)) free.push(thread);
        },
      }),
    close: async () => void (await Promise.all([...all].map((thread) => thread.terminate()))),
  };
}

interface Lender {
  /** A thread, and whether it has been lent before. */
  take(): { thread: Worker; warm: boolean };
  giveBack(thread: Worker): void;
}

/** A thread for one run. vitest starts and stops it each time; only the first start reaches the thread. */
class Lease implements PoolWorker {
  readonly name: string;
  readonly #events = new EventEmitter();
  readonly #lender: Lender;
  readonly #forward = FORWARDED.map(
    (event) => [event, (value: unknown) => this.#events.emit(event, value)] as const,
  );
  #thread: Worker | undefined;
  #warm = false;

  constructor(name: string, lender: Lender) {
    this.name = name;
    this.#lender = lender;
    // Thrown where nobody listens, and after the run nobody does.
    this.#events.on('error', () => {});
  }

  async start(): Promise<void> {
    const { thread, warm } = this.#lender.take();
    this.#thread = thread;
    this.#warm = warm;
    for (const [event, listener] of this.#forward) thread.on(event, listener);
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#events.removeAllListeners();
    if (!thread) return;
    for (const [event, listener] of this.#forward) thread.off(event, listener);
    this.#lender.giveBack(thread);
  }

  send(message: WorkerRequest): void {
    if (message.type === 'start' && this.#warm) this.#answer('started');
    else if (message.type === 'stop') this.#answer('stopped');
    else this.#thread?.postMessage(message);
  }

  on(event: string, callback: (...values: unknown[]) => void): void {
    this.#events.on(event, callback);
  }

  off(event: string, callback: (...values: unknown[]) => void): void {
    this.#events.off(event, callback);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  #answer(type: 'started' | 'stopped'): void {
    queueMicrotask(() => this.#events.emit('message', { type, __vitest_worker_response__: true }));
  }
}
