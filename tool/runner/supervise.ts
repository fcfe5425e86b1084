import { setTimeout as delay } from 'node:timers/promises';
import type { App, AppExit, AppStart } from './app.ts';
import { type Watching, watchFiles } from './watch.ts';

export type AppEvent =
  | { readonly type: 'started'; readonly start: AppStart }
  /** It ended by itself after it had started; a restart or a stop is no such event. */
  | { readonly type: 'ended'; readonly exit: AppExit }
  | { readonly type: 'changed'; readonly files: readonly string[] }
  /** It did not end in time after SIGTERM, so that its last spans may be lost. */
  | { readonly type: 'killed'; readonly afterMs: number };

export interface SuperviseOptions {
  readonly dir: string;
  readonly start: () => App;
  readonly onEvent: (event: AppEvent) => void;
  /** Called at each change at once, while `changed` waits until the app starts anew. */
  readonly onSave?: () => void;
  /** How long after a change the app starts anew at the earliest, so that what `onSave` began has the processor. */
  readonly headStartMs?: number;
  /** How long the app may take to end after SIGTERM. */
  readonly stopMs: number;
}

export interface Supervisor {
  /** Ends the app, and with it everything; called again while the app is still ending, it kills it. */
  interrupt(): void;
  /** Settles when the app has ended after an interrupt. */
  readonly done: Promise<void>;
}

/** Keep an app running: start it at once, and anew whenever a source file in its folder changes, until interrupted. */
export function superviseApp(options: SuperviseOptions): Supervisor {
  const supervised = new SupervisedApp(options);
  return { interrupt: () => supervised.interrupt(), done: supervised.run() };
}

class SupervisedApp {
  readonly #options: SuperviseOptions;
  readonly #changed = new Set<string>();
  #app: App | undefined;
  #interrupted = false;
  #changedAt = Number.NEGATIVE_INFINITY;
  #wake = Promise.withResolvers<void>();

  constructor(options: SuperviseOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const watching = this.#watch();
    while (!this.#interrupted) {
      this.#wake = Promise.withResolvers<void>();
      this.#announceChanges();
      const app = this.#options.start();
      this.#app = app;
      const following = this.#follow(app);
      await this.#wake.promise;
      following.abort();
      await this.#stop(app);
      if (!this.#interrupted) await this.#giveHeadStart();
    }
    await (await watching).close();
  }

  interrupt(): void {
    if (this.#interrupted) this.#app?.kill();
    this.#interrupted = true;
    this.#wake.resolve();
  }

  async #giveHeadStart(): Promise<void> {
    const left = this.#changedAt + (this.#options.headStartMs ?? 0) - performance.now();
    if (left > 0) await delay(left);
  }

  #watch(): Promise<Watching> {
    return watchFiles(this.#options.dir, (files) => {
      for (const file of files) this.#changed.add(file);
      this.#changedAt = performance.now();
      if (!this.#interrupted) this.#options.onSave?.();
      this.#wake.resolve();
    });
  }

  /** What changes while the app stops is read by the next start, and needs no other. */
  #announceChanges(): void {
    if (this.#changed.size === 0) return;
    this.#options.onEvent({ type: 'changed', files: [...this.#changed] });
    this.#changed.clear();
  }

  #follow(app: App): AbortController {
    const over = new AbortController();
    const tell = (event: AppEvent) => {
      if (!over.signal.aborted) this.#options.onEvent(event);
    };
    void app.ready.then((start) => {
      tell({ type: 'started', start });
      if (start.outcome !== 'ended') void app.exited.then((exit) => tell({ type: 'ended', exit }));
    });
    return over;
  }

  async #stop(app: App): Promise<void> {
    const { killed, ms } = await app.stop(this.#options.stopMs);
    if (killed) this.#options.onEvent({ type: 'killed', afterMs: ms });
  }
}
