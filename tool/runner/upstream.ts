import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface UpstreamOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** How long a second of `/delay/S` and `/drip` lasts; less makes checks quick. */
  readonly secondMs?: number;
  readonly host?: string;
}

/** One request that the upstream got. Times are milliseconds since 1970 with fractions, and never run backwards. */
export interface UpstreamRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly startedAt: number;
  /** When the whole answer had been handed to the system; absent while it has not. */
  readonly answeredAt?: number;
  /** That of the whole answer. */
  readonly answeredBody?: string;
  /** When the exchange was over, by a whole answer or by a closed connection. */
  readonly closedAt?: number;
  /** `client` when the client went away before the whole answer. */
  readonly closedBy?: 'client' | 'server';
}

export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** The last 1,000, oldest first. */
  readonly requests: readonly UpstreamRequest[];
  /** The first request, past or to come, that the predicate accepts; undefined when none did within `boundMs`. */
  waitFor(
    predicate: (request: UpstreamRequest) => boolean,
    boundMs: number,
  ): Promise<UpstreamRequest | undefined>;
  /** From here on a new connection is refused; what goes on goes on. */
  refuse(): void;
  /** Closes at once, and every open connection with it. */
  close(): Promise<void>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const MOST_REQUESTS = 1000;
const LONGEST_DELAY_S = 10;
const LONGEST_DRIP_S = 3_600;
const DRIPS_A_SECOND = 4;

/**
 * The service that the shop calls, in place of httpbin.org: `/delay/S`, `/hang`, `/drip[?duration=S]`, `/stall[?after=S]`,
 * `/cut[?bytes=N]`, `/nonsense`, `/status/N`, `/headers`.
 * Rejects when the port is taken.
 */
export async function startUpstream({
  port,
  secondMs = 1000,
  host = '127.0.0.1',
}: UpstreamOptions): Promise<Upstream> {
  const requests: Mutable<UpstreamRequest>[] = [];
  const waiting = new Set<() => void>();
  const notify = () => {
    for (const look of waiting) look();
  };

  let closing = false;
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    // A client may have opened a connection that it had no use for until now: closing the server leaves that alone.
    if (!server.listening) return void request.socket.destroy();
    requests.push(follow(request, response, { closing: () => closing, onChange: notify }));
    if (requests.length > MOST_REQUESTS) requests.shift();
    notify();
    answer(request, response, secondMs);
  });
  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  const close = () => {
    closing = true;
    return closeServer(server);
  };
  return {
    port: address.port,
    url: `http://${host}:${address.port}`,
    requests,
    waitFor: (predicate, boundMs) =>
      new Promise((resolve) => {
        const settle = (found: UpstreamRequest | undefined) => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const look = () => {
          const found = requests.find(predicate);
          if (found) settle(found);
        };
        const timer = setTimeout(() => settle(undefined), boundMs);
        waiting.add(look);
        look();
      }),
    // Idle connections are closed, so that the next request needs a new one.
    refuse: () => void server.close(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Follower {
  readonly closing: () => boolean;
  readonly onChange: () => void;
}

function follow(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { closing, onChange }: Follower,
): Mutable<UpstreamRequest> {
  const { method = '', url = '', headers } = request;
  const record: Mutable<UpstreamRequest> = { method, path: url, headers, startedAt: now() };
  response.once('finish', () => {
    record.answeredAt = now();
    record.answeredBody = bodies.get(response) ?? '';
    onChange();
  });
  response.once('close', () => {
    record.closedAt = now();
    const byServer = response.writableFinished || cutOff.has(response) || closing();
    record.closedBy = byServer ? 'server' : 'client';
    onChange();
  });
  return record;
}

/** What was written into each response so far. */
const bodies = new WeakMap<http.ServerResponse, string>();

function write(response: http.ServerResponse, text: string, whenSent?: () => void): void {
  bodies.set(response, (bodies.get(response) ?? '') + text);
  response.write(text, whenSent);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function answer(request: http.IncomingMessage, response: http.ServerResponse, secondMs: number): void {
  const [pathname = '', query] = request.url?.split('?', 2) ?? [];
  const { name, number = Number.NaN } = parsePath(pathname);

  if (name === 'hang') {
    // Says nothing, for as long as the client waits.
  } else if (name === 'drip') {
    const wanted = Number(new URLSearchParams(query).get('duration') ?? LONGEST_DRIP_S);
    const duration = Math.min(wanted, LONGEST_DRIP_S);
    void drip(response, { secondMs, durationMs: duration * secondMs });
  } else if (name === 'stall') {
    stall(response, { secondMs, afterS: Number(new URLSearchParams(query).get('after') ?? 0) });
  } else if (name === 'cut') {
    cut(response, Number(new URLSearchParams(query).get('bytes') ?? 0));
  } else if (name === 'nonsense') {
    talkNonsense(response);
  } else if (name === 'headers') {
    sendJson(response, 200, { headers: request.headers });
  } else if (name === 'delay' && number >= 0) {
    const url = `http://${request.headers.host}${request.url}`;
    const body = { args: Object.fromEntries(new URLSearchParams(query)), headers: request.headers, url };
    const timer = setTimeout(sendJson, Math.min(number, LONGEST_DELAY_S) * secondMs, response, 200, body);
    response.once('close', () => clearTimeout(timer));
  } else if (name === 'status' && Number.isInteger(number) && number >= 200 && number <= 599) {
    response.writeHead(number).end();
  } else {
    sendJson(response, 404, {
      error: 'Ask for /delay/S, /hang, /drip, /stall, /cut, /nonsense, /status/N or /headers.',
    });
  }
}

interface Stall {
  readonly secondMs: number;
  readonly afterS: number;
}

/** Begins to answer, at once or later, and never goes on. */
function stall(response: http.ServerResponse, { secondMs, afterS }: Stall): void {
  const begin = () => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    write(response, '*');
  };
  if (!(afterS > 0)) return void begin();
  const timer = setTimeout(begin, Math.min(afterS, LONGEST_DELAY_S) * secondMs);
  response.once('close', () => clearTimeout(timer));
}

/** Responses that the upstream itself broke off. */
const cutOff = new WeakSet<http.ServerResponse>();

/** Closes the connection: without an answer, or after so many bytes of a body that should have one more. */
function cut(response: http.ServerResponse, bytes: number): void {
  cutOff.add(response);
  if (!(bytes > 0)) return void response.destroy();
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes + 1 });
  write(response, '*'.repeat(bytes), () => response.destroy());
}

/** Answers with what is no HTTP, and closes the connection. */
function talkNonsense(response: http.ServerResponse): void {
  cutOff.add(response);
  response.socket?.end('This is no HTTP.\r\n');
}

/** `/delay/1.5` is a name and a number, `/hang` a name; any other path is neither. */
function parsePath(pathname: string): { name?: string; number?: number } {
  const [, name, number] = /^\/(delay|status)\/(\d+(?:\.\d+)?|\.\d+)$/.exec(pathname) ?? [];
  if (name) return { name, number: Number(number) };
  return /^\/(hang|drip|stall|cut|nonsense|headers)$/.test(pathname) ? { name: pathname.slice(1) } : {};
}

function sendJson(response: http.ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  bodies.set(response, text);
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

interface Drip {
  readonly secondMs: number;
  readonly durationMs: number;
}

/** A byte now and then, so that no limit on silence alone ever ends it; as many on a busy machine, where they take longer. */
async function drip(response: http.ServerResponse, { secondMs, durationMs }: Drip): Promise<void> {
  const pauseMs = secondMs / DRIPS_A_SECOND;
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  for (let left = Math.ceil(durationMs / pauseMs); left > 0 && !response.destroyed; left--) {
    write(response, '*');
    await delay(pauseMs);
  }
  response.end();
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  return promise;
}

function closeServer(server: http.Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // "Not running" is what a second call gets, and as good.
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}
