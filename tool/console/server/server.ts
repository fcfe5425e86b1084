import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Timers } from '../../trace/settled.ts';
import type { TraceStore } from '../../trace/store.ts';
import type { TraceDetail } from '../protocol.ts';
import { type Bundle, bundleOnce } from './bundle.ts';
import { EventFeed } from './event-feed.ts';
import type { ConsoleLesson } from './lesson.ts';
import { answerer } from './routes.ts';
import { TraceList } from './trace-list.ts';

export interface ConsoleOptions {
  readonly root: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly store: TraceStore;
  readonly lesson: ConsoleLesson;
  /** A fault of ours, which the page is told as well. */
  readonly onFault: (error: unknown) => void;
  /** Where a backend shows a trace; left out without a backend. */
  readonly backend?: (traceId: string) => TraceDetail['backend'];
  readonly bundle?: () => Promise<Bundle>;
  readonly timers?: Timers;
}

export interface Console extends AsyncDisposable {
  readonly port: number;
  /** `http://localhost:4319` */
  readonly url: string;
  /** At once, whoever is listening. */
  close(): Promise<void>;
}

/** More than any browser opens. */
const MOST_CONNECTIONS = 100;
const SLOWEST_REQUEST_MS = 10_000;

/** Serve the console on loopback alone. Rejects as node:http does where the port is taken. */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { store, lesson, bundle, timers } = options;
  const run = randomUUID();
  const feed = new EventFeed({ run, list: new TraceList(store), lesson, ...(timers && { timers }) });
  const token = randomBytes(32).toString('base64url');
  const answer = answerer({ ...options, run, token, feed, bundle: bundleOnce(bundle) });

  const server = createServer({ requestTimeout: SLOWEST_REQUEST_MS, headersTimeout: SLOWEST_REQUEST_MS });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('request', answer);
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const close = async () => {
    feed.close();
    const closed = once(server, 'close');
    server.close();
    // A browser holds the event stream for as long as we let it.
    server.closeAllConnections();
    await closed;
  };
  return { port, url: `http://localhost:${port}`, close, [Symbol.asyncDispose]: close };
}
