import http from 'node:http';
import type { ExportRecord, Problem } from '../receiver/receiver.ts';
import type { App, AppExit, AppStart, AppStop } from '../runner/app.ts';
import type { Upstream } from '../runner/upstream.ts';
import type { Span } from '../trace/span.ts';
import { type AppRun, type Testimony, told } from './evidence.ts';
import { type Exchange, exchange, type RequestOptions } from './exchange.ts';
import { patienceLeft } from './patience.ts';
import { SeenTrace } from './seen-trace.ts';
import { serverSpanOf, spansOf } from './shop-exchanges.ts';

const untilMs = 2_000;
const stopMs = 10_000;

/** For what a right app does for certain, however slow the machine; only a wrong one is waited for so long. */
const certainMs = 6_000;

/** For the other requests to an app that did not do that. */
const doubtfulMs = 2_000;

/** For a request that is given up by its caller, who decides when. */
const patienceMs = 60_000;

const atOnce = 8;

/** For an app that has left a request without an answer: it is asked and stopped once more, and not waited for. */
const frozenMs = { request: 400, stop: 1_000 };

/** One life of the learner's app in a check: requests to it, and all that was seen meanwhile. */
export class ShopRun implements AppRun {
  readonly label: string;
  readonly spans: Span[] = [];
  readonly exports: ExportRecord[] = [];
  readonly problems: Problem[] = [];
  readonly exchanges: Exchange[] = [];
  readonly testimony: Testimony[] = [];
  ports = { app: 0, otlp: 0, upstream: 0 };
  start: AppStart | undefined;
  stopped: AppStop | undefined;
  stopCalledAt: number | undefined;
  exit: AppExit | undefined;
  readonly #upstream: Upstream;
  readonly #arrival = new EventTarget();
  readonly #hopeless = new EventTarget();
  #signAt = 0;
  #doubtful = false;
  #restedSinceStop = 0;
  #app: App | undefined;

  constructor(label: string, upstream: Upstream) {
    this.label = label;
    this.#upstream = upstream;
  }

  get output(): readonly string[] {
    return this.#app?.output.map(({ text }) => text) ?? [];
  }

  /** Whether it has left a request without an answer. */
  get frozen(): boolean {
    return this.exchanges.some(({ outcome }) => outcome.kind === 'no-answer');
  }

  get upstream(): AppRun['upstream'] {
    return this.#upstream.requests;
  }

  get receiverListeners() {
    return {
      onSpans: (spans: readonly Span[]) => {
        this.spans.push(...spans);
        this.#signAt = performance.now();
        this.arrived();
      },
      onExport: (record: ExportRecord) => void this.exports.push(record),
      onProblem: (problem: Problem) => void this.problems.push(problem),
    };
  }

  follow(app: App, ports: AppRun['ports']): void {
    this.#app = app;
    this.ports = ports;
    void app.exited.then((exit) => {
      this.exit = exit;
    });
  }

  hear(line: string): Testimony | undefined {
    try {
      const heard = JSON.parse(line) as Testimony;
      this.#take(heard);
      return heard;
    } catch {
      // A line that was cut when the app was killed.
      return undefined;
    }
  }

  #take(heard: Testimony): void {
    if (heard.type === 'resting') {
      this.#rests();
      return;
    }
    this.testimony.push(heard);
    if (heard.type !== 'unanswered') this.#signAt = performance.now();
    else for (const id of heard.ids) this.#hopeless.dispatchEvent(new Event(id));
  }

  /** The first time may be from before the signal reached the app; where it rests on after that, it will never end by itself. */
  #rests(): void {
    if (this.stopCalledAt === undefined) return;
    this.#restedSinceStop++;
    if (this.#restedSinceStop > 1) this.#app?.kill();
  }

  get(path: string, options?: RequestOptions): Promise<Exchange> {
    return this.#request('GET', path, options);
  }

  post(path: string, json: unknown, options?: RequestOptions): Promise<Exchange> {
    return this.#request('POST', path, { ...options, json });
  }

  /** Ask, and once the upstream has been asked in turn, so that the app is at work for sure, do something else. Then hang up. */
  async getAndGiveUp<T>(
    path: string,
    doMeanwhile: () => Promise<T>,
    options: RequestOptions = {},
  ): Promise<{ aborted: Exchange; meanwhile: T }> {
    const patience = new AbortController();
    const made = this.get(path, { ...options, signal: patience.signal, boundMs: patienceMs });
    await this.#untilAsked(path, made);
    const begunAt = performance.now();
    const meanwhile = await doMeanwhile();
    const underWayMs = performance.now() - begunAt;
    patience.abort();
    const ended = await made;
    const aborted = ended.outcome.kind === 'aborted' ? this.#amend(ended, { underWayMs }) : ended;
    return { aborted, meanwhile };
  }

  /** Many requests, a few at a time, begun in this order; no more of them once the app leaves one without an answer. */
  async getEach(paths: readonly string[]): Promise<Exchange[]> {
    const made: Exchange[] = [];
    const left = paths.values();
    const agent = new http.Agent({ keepAlive: true });
    const work = async () => {
      for (const path of left) {
        if (this.frozen) break;
        made.push(await this.get(path, { agent }));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    agent.destroy();
    return made;
  }

  /** Ask, and come back once the upstream has been asked in turn: the app then waits, in the midst of this request. */
  async getAsFarAsUpstream(path: string, options?: RequestOptions): Promise<{ answer: Promise<Exchange> }> {
    const answer = this.get(path, options);
    await this.#untilAsked(path, answer);
    return { answer };
  }

  /** The calls to the upstream that have no answer yet. */
  waitingForUpstream(): AppRun['upstream'] {
    return this.upstream.filter(
      ({ answeredAt, closedAt }) => answeredAt === undefined && closedAt === undefined,
    );
  }

  async #untilAsked(path: string, made: Promise<Exchange>): Promise<void> {
    if ((await Promise.race([made, this.#asked(path)])) === false) this.#doubtful = true;
  }

  async #asked(path: string): Promise<boolean> {
    const begunAt = performance.now();
    for (let leftMs = certainMs; leftMs > 0; ) {
      if (await this.#upstream.waitFor((request) => path.endsWith(request.path), leftMs)) return true;
      leftMs = patienceLeft({ boundMs: certainMs, begunAt, lastSignAt: this.#signAt });
    }
    return false;
  }

  async #request(method: string, path: string, options?: RequestOptions): Promise<Exchange> {
    const lastSign = () => this.#signAt;
    const patience = this.frozen
      ? { boundMs: frozenMs.request }
      : { lastSign, ...(this.#doubtful && { boundMs: doubtfulMs }) };
    const origin = `http://127.0.0.1:${this.ports.app}`;
    const made = await exchange(origin, method, path, { ...patience, hopeless: this.#hopeless, ...options });
    if (made.outcome.kind === 'answered') this.#signAt = performance.now();
    this.exchanges.push(made);
    return made;
  }

  /** Wait until the upstream has been asked for this path so often, or for a bound; false where it was not. */
  async reached(path: string, times: number): Promise<boolean> {
    const often = () => this.upstream.filter((call) => call.path === path).length >= times;
    return (await this.#upstream.waitFor(often, untilMs)) !== undefined;
  }

  /** Wait until every call of the upstream at this path is over, or for a bound where one never ends. */
  async released(path: string): Promise<void> {
    const over = () => this.upstream.every((call) => call.path !== path || call.closedAt !== undefined);
    await this.#upstream.waitFor(over, untilMs);
  }

  /** From here on, connecting to the upstream is refused; a call that it has not answered goes on. */
  loseUpstream(): void {
    this.#upstream.refuse();
  }

  /**
   * Wait until the SERVER span of each exchange is here, or for a bound where they do not come: an app that loses
   * spans when it ends should not fail a check that is about something else.
   */
  settle(exchanges: readonly Exchange[] = this.exchanges): Promise<boolean> {
    // Told before the answers came: without instrumentation nothing is under way.
    const hopeless = !told(this, 'span-started').some(({ scope }) => scope.includes('instrumentation'));
    return this.until(() => hopeless || exchanges.every((one) => serverSpanOf(this, one)));
  }

  /** Look again at each span and each line that arrives; false when the bound passed first. */
  async until(seen: () => boolean, boundMs = untilMs): Promise<boolean> {
    const bound = Promise.withResolvers<'bound'>();
    const timer = setTimeout(() => bound.resolve('bound'), boundMs);
    try {
      while (!seen()) {
        const arrival = new Promise((resolve) =>
          this.#arrival.addEventListener('arrival', resolve, { once: true }),
        );
        if ((await Promise.race([arrival, bound.promise])) === 'bound') return seen();
      }
      return true;
    } finally {
      clearTimeout(timer);
    }
  }

  arrived(): void {
    this.#arrival.dispatchEvent(new Event('arrival'));
  }

  /** End the app by a signal, as its platform would; after this, all that it will ever export has arrived. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<AppStop | undefined> {
    this.stopCalledAt ??= performance.timeOrigin + performance.now();
    this.stopped = await this.#app?.stop(this.frozen ? frozenMs.stop : stopMs, signal);
    this.exit = await this.#app?.exited;
    return this.stopped;
  }

  #amend(made: Exchange, more: Partial<Exchange>): Exchange {
    const amended = { ...made, ...more };
    this.exchanges.splice(this.exchanges.indexOf(made), 1, amended);
    return amended;
  }

  /** The trace of a request; empty where no SERVER span of it arrived. */
  traceOf(request: Exchange): SeenTrace {
    return new SeenTrace(`${request.method} ${request.path}`, spansOf(this, request));
  }

  /** Everything that arrived, as one. */
  get allSpans(): SeenTrace {
    return new SeenTrace('the whole run', this.spans);
  }
}
