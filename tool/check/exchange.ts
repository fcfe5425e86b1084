import http from 'node:http';
import { text } from 'node:stream/consumers';
import { patienceLeft } from './patience.ts';

/** One request to the app and what came of it. Times in milliseconds, as the caller saw them. */
export interface Exchange {
  /** Unique: sent as `user-agent`, which HTTP instrumentation records as `user_agent.original`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Headers that the scenario gave to this request, names in small letters. */
  readonly sent: Readonly<Record<string, string>>;
  /** When it was sent, in milliseconds since 1970: by the clock that spans begin by. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** How long the app was at work on it for certain, where the scenario measured that. */
  readonly underWayMs?: number;
  readonly outcome:
    | Answered
    | { readonly kind: 'no-answer' | 'aborted' }
    | { readonly kind: 'failed'; readonly error: string };
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose connections to use, so that one can serve several requests; a connection of its own where none is given. */
  readonly agent?: http.Agent;
  /** Sent as JSON. */
  readonly json?: unknown;
  /**
   * Called once the app has begun with this request, its headers read; the body follows when it has settled. So other
   * requests come in between for certain, however slow the machine.
   */
  readonly beforeBody?: () => Promise<unknown>;
  /** The caller hangs up. */
  readonly signal?: AbortSignal;
  /** How long to wait for the whole answer. */
  readonly boundMs?: number;
  /** Where the scenario waits no longer, though the bound has not passed. */
  readonly giveUp?: AbortSignal;
  /** When the app last showed that it is at work, as `performance.now()`; the bound counts from then. */
  readonly lastSign?: () => number;
  /** Where an event of the type `Exchange.id` says that there will be no answer, so that nobody need wait for the bound. */
  readonly hopeless?: EventTarget;
}

let count = 0;

/** Make a request; a failure is an outcome, never an exception. */
export function exchange(
  origin: string,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Exchange> {
  const {
    headers = {},
    agent,
    json,
    beforeBody,
    signal,
    boundMs = 8_000,
    giveUp,
    lastSign,
    hopeless,
  } = options;
  const id = `workshop-check/${process.pid}.${++count}`;
  const body = json === undefined ? undefined : JSON.stringify(json);
  const startedAt = Date.now();
  const start = performance.now();

  return new Promise((resolve) => {
    const end = (outcome: Exchange['outcome']) => {
      clearTimeout(timer);
      resolve({ id, method, path, sent: headers, startedAt, durationMs: performance.now() - start, outcome });
      if (!agent || outcome.kind !== 'answered') request.destroy();
    };
    const request = http.request(new URL(path, origin), {
      method,
      agent: agent ?? false,
      headers: {
        'user-agent': id,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        // Node's server answers 100 when it has the headers, and in the same turn hands the request to the app.
        ...(beforeBody && { expect: '100-continue' }),
        ...headers,
      },
    });
    const whenBoundPassed = () => {
      const leftMs = patienceLeft({ boundMs, begunAt: start, lastSignAt: lastSign?.() });
      if (leftMs <= 0) return end({ kind: 'no-answer' });
      timer = setTimeout(whenBoundPassed, leftMs);
    };
    let timer = setTimeout(whenBoundPassed, boundMs);
    signal?.addEventListener('abort', () => end({ kind: 'aborted' }));
    giveUp?.addEventListener('abort', () => end({ kind: 'no-answer' }));
    hopeless?.addEventListener(id, () => end({ kind: 'no-answer' }), { once: true });
    request.once('response', (response) => {
      text(response).then(
        (body) =>
          end({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers, body }),
        (error: Error) => end({ kind: 'failed', error: error.message }),
      );
    });
    request.on('error', (error) => end({ kind: 'failed', error: error.message }));
    if (!beforeBody) return request.end(body);
    const begun = new Promise((resolve) => {
      // An app that answers or fails at once has begun as well.
      for (const event of ['continue', 'response', 'close']) request.once(event, resolve);
    });
    request.flushHeaders();
    begun.then(beforeBody).finally(() => request.end(body));
  });
}
