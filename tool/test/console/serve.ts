import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Action, ActionRequest, ActionResult, LessonState } from '../../console/protocol.ts';
import type { ConsoleLesson } from '../../console/server/lesson.ts';
import { type Console, type ConsoleOptions, startConsole } from '../../console/server/server.ts';
import { TraceStore } from '../../trace/store.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export const LESSON_STATE: LessonState = {
  steps: [
    { number: 1, name: 'untraced-app', title: 'The untraced app', done: true },
    { number: 2, name: 'provider', title: 'A tracer provider', done: false },
  ],
  step: 2,
  own: true,
  dir: 'steps/02-provider',
  app: { state: 'running', url: 'http://localhost:3000' },
  check: { state: 'none' },
};

/** A lesson in which nothing happens but what a test says. */
export class FakeLesson implements ConsoleLesson {
  state = LESSON_STATE;
  readonly acts: [Action, ActionRequest][] = [];
  result: () => Promise<ActionResult> = async () => ({ ok: true, text: 'Done.\n' });
  readonly #listeners = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  act(action: Action, request: ActionRequest): Promise<ActionResult> {
    this.acts.push([action, request]);
    return this.result();
  }

  change(change: Partial<LessonState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  /** `host` is the server's own where nothing is said. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A console of its own for one test, with a page that is no page. */
export class Served {
  readonly store = new TraceStore();
  readonly lesson = new FakeLesson();
  readonly faults: unknown[] = [];
  console!: Console;

  static async start(options: Partial<ConsoleOptions> = {}): Promise<Served> {
    const served = new Served();
    served.console = await startConsole({
      root: ROOT,
      port: 0,
      store: served.store,
      lesson: served.lesson,
      onFault: (error) => served.faults.push(error),
      bundle: async () => ({ script: 'run()', styles: 'body {}' }),
      ...options,
    });
    onTestFinished(() => served.console.close());
    return served;
  }

  get host(): string {
    return `localhost:${this.console.port}`;
  }

  /** What the page carries. */
  async token(): Promise<string> {
    const { text } = await this.ask('/');
    return /name="workshop-token" content="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  /** The path goes out as it is written here, which no `URL` would let through. */
  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const response = await this.open(path, asked);
    const chunks = await response.toArray();
    const { statusCode: status, headers } = response;
    return { status, headers, text: Buffer.concat(chunks).toString() };
  }

  /** The answer once its head has come. */
  async open(path: string, { method = 'GET', headers, body }: Asked = {}): Promise<IncomingMessage> {
    const { port } = this.console;
    const request = http.request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: { host: this.host, ...headers },
    });
    // The server may hang up on what it refuses.
    request.on('error', () => {});
    request.end(body);
    const [response] = await once(request, 'response');
    return response;
  }

  async act(action: string, { headers, body = '{}', ...asked }: Asked = {}): Promise<Answer> {
    const token = await this.token();
    return this.ask(`/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-workshop-token': token, ...headers },
      body,
      ...asked,
    });
  }
}
