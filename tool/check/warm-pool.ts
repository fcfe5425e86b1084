import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest } from 'vitest/node';

const FORWARDED = ['message', 'error', 'exit'] as const;

export interface WarmPool extends PoolRunnerInitializer {
  close(): Promise<void>;
}

/**
 * A pool of one thread that outlives a run, so that the next one finds its modules loaded.
 * vitest's own pools end a worker with each run. https://vitest.dev/guide/advanced/pool
 */
export function warmPool(): WarmPool {
  const name = 'warm';
  let kept: Worker | undefined;

  const keep = ({ env, execArgv }: PoolOptions): Worker => {
    const thread = new Worker(new URL('./warm-thread.ts', import.meta.url), {
      env: env as NodeJS.ProcessEnv,
      execArgv: [...process.execArgv, ...execArgv],
      stdout: true,
      stderr: true,
    });
    // Read and dropped, because an unread stream would be kept in memory.
    thread.stdout.resume();
    thread.stderr.resume();
    // While it is lent, vitest hears of it as well.
    thread.on('error', () => {});
    thread.once('exit', () => {
      if (kept === thread) kept = undefined;
    });
    return thread;
  };
  return {
    name,
    createPoolWorker: (options) =>
      new Lease(name, () => {
        const warm = kept !== undefined;
        kept ??= keep(options);
        return { thread: kept, warm };
      }),
    close: async () => void (await kept?.terminate()),
  };
}

/** The thread for one run. vitest starts and stops it each time; only the first start reaches the thread. */
class Lease implements PoolWorker {
  readonly name: string;
  readonly #events = new EventEmitter();
  readonly #lease: () => { thread: Worker; warm: boolean };
  readonly #forward = FORWARDED.map(
    (event) => [event, (value: unknown) => this.#events.emit(event, value)] as const,
  );
  #thread: Worker | undefined;
  #warm = false;

  constructor(name: string, lease: () => { thread: Worker; warm: boolean }) {
    this.name = name;
    this.#lease = lease;
    // Thrown where nobody listens, and after the run nobody does.
    this.#events.on('error', () => {});
  }

  async start(): Promise<void> {
    const { thread, warm } = this.#lease();
    this.#thread = thread;
    this.#warm = warm;
    for (const [event, listener] of this.#forward) thread.on(event, listener);
  }

  async stop(): Promise<void> {
    for (const [event, listener] of this.#forward) this.#thread?.off(event, listener);
    this.#events.removeAllListeners();
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
