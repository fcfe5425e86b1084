import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startReceiver } from '../receiver/receiver.ts';
import { type App, startApp } from '../runner/app.ts';
import { startUpstream } from '../runner/upstream.ts';
import type { Evidence } from './evidence.ts';
import { refusingPort, reservePort } from './ports.ts';
import { ShopRun } from './shop-run.ts';
import { StartWatch } from './start-watch.ts';
import { AppNotAnswering } from './startup.ts';

export interface StartOptions {
  /** Why the scenario starts the app, in a few words. */
  readonly label: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `refusing`: nothing listens where the environment says that the receiver is. */
  readonly receiver?: 'listening' | 'refusing';
  /** What the app shall tell beside the rest. */
  readonly tell?: 'queries' | 'clocks';
}

function importOf(preload: string): string {
  return `--import=${pathToFileURL(`${import.meta.dirname}/preload/${preload}.mjs`).href}`;
}

// Saves a tenth of the start, which is most of a check, and changes nothing of what the app does.
const compileCache = path.resolve(import.meta.dirname, '../../.workshop/compile-cache');

// For an app that always has something to load; others are given up long before.
const readyMs = 45_000;

/** A second of the upstream in a check: long enough to be seen in a trace, short enough to be waited for. */
const upstreamSecondMs = 150;

/** How long at least the upstream takes to answer when the shop is asked `/fetch-external[?from=/delay/S]`. */
export function upstreamDelayMs(path: string): number {
  const seconds = Number(path.match(/\/delay\/([\d.]+)/)?.[1] ?? 1);
  // A timer may fire a millisecond early, and spans begin on whole milliseconds.
  return seconds * upstreamSecondMs - 2;
}

/** Where a check runs the learner's app: each start with a receiver, an upstream and ports of its own. */
export class Lab {
  readonly #dir: string;
  readonly #runs: ShopRun[] = [];
  #places = 0;
  readonly #closers: (() => unknown)[] = [];
  #closed = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  get evidence(): Evidence {
    // Without the places of those that did not get so far.
    return { runs: this.#runs.filter(() => true) };
  }

  /** Start the app and wait until its port accepts. Throws `AppNotAnswering` where it does not, and once the lab is closed. */
  async start({ label, env = {}, receiver = 'listening', tell }: StartOptions): Promise<ShopRun> {
    // Taken at once: what comes until the app starts ends in any order.
    const place = this.#places++;
    const reserved = await reservePort();
    await this.#own(reserved.release);
    const upstream = await startUpstream({ port: 0, secondMs: upstreamSecondMs });
    await this.#own(upstream.close);
    const run = new ShopRun(label, upstream);
    this.#runs[place] = run;
    const otlp = await startReceiver({ grpcPort: 0, httpPort: 0, ...run.receiverListeners });
    await this.#own(otlp.close);
    const otlpPort = receiver === 'refusing' ? refusingPort : otlp.grpcPort;
    const watch = new StartWatch();
    const app: App = startApp({
      dir: this.#dir,
      port: reserved.port,
      upstreamUrl: upstream.url,
      otlpEndpoint: `http://127.0.0.1:${otlpPort}`,
      neutral: true,
      readyMs,
      signs: watch,
      env: {
        NODE_OPTIONS: ['preload', ...(tell ? [tell] : [])].map(importOf).join(' '),
        NODE_COMPILE_CACHE: compileCache,
        // A file that changed is compiled 70 ms sooner without a thread of esbuild's own.
        ESBUILD_WORKER_THREADS: '0',
        OTEL_BSP_SCHEDULE_DELAY: '50',
        ...env,
      },
      onTestimony: (line) => {
        const heard = run.hear(line);
        if (heard) watch.hear(heard);
      },
      onOutput: () => run.arrived(),
    });
    await this.#own(async () => {
      app.kill();
      await app.exited;
    });
    run.follow(app, { app: reserved.port, otlp: otlpPort, upstream: upstream.port });

    const start = await app.ready;
    watch.end();
    run.start = start;
    if (start.outcome !== 'ready') throw new AppNotAnswering(start);
    return run;
  }

  /** What is got ready after the end, by a scenario that was cancelled, ends at once, and the scenario with it. */
  async #own(close: () => unknown): Promise<void> {
    this.#closers.push(close);
    if (!this.#closed) return;
    await this.close();
    throw new Error('The lab is closed.');
  }

  /** Ends every app, receiver and upstream that is still there. Calling it again changes nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    // Backwards, so that an app is gone before what it calls.
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }
}
