import { listSteps } from '../../course/steps.ts';
import { startReceiver } from '../../receiver/receiver.ts';
import { type RelayEvent, startRelay } from '../../relay/relay.ts';
import { startApp } from '../../runner/app.ts';
import { freePort } from '../../runner/port.ts';
import { startUpstream } from '../../runner/upstream.ts';
import type { Span } from '../../trace/span.ts';
import { root } from '../author/root.ts';

export interface Shop {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<number>;
  post(path: string, body: object): Promise<number>;
}

export interface ShopOptions {
  /** Of the backend, OTLP/gRPC. */
  readonly endpoint: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How long a second of the upstream lasts. */
  readonly secondMs?: number;
}

const LAST_MS = 20_000;

/**
 * Runs the solved shop as a step runs it: it exports to the embedded receiver, which passes on to the backend.
 * Gives the spans that the receiver got, once the backend has taken every one of them; throws where it did not.
 */
export async function runShop(
  { endpoint, env = {}, secondMs = 100 }: ShopOptions,
  use: (shop: Shop) => Promise<unknown>,
): Promise<Span[]> {
  const spans: Span[] = [];
  const events: RelayEvent[] = [];
  const relay = startRelay({
    backend: { endpoint, address: new URL(endpoint).host, local: true },
    onEvent: (event) => events.push(event),
  });
  await using receiver = await startReceiver({
    grpcPort: 0,
    httpPort: 0,
    onSpans: (arrived) => spans.push(...arrived),
    onArrival: (arrival) => relay.passOn(arrival),
  });
  await using upstream = await startUpstream({ port: 0, secondMs });
  await using app = startApp({
    dir: listSteps(root).at(-1)?.solutionDir ?? '',
    port: await freePort(),
    upstreamUrl: upstream.url,
    otlpEndpoint: receiver.grpcUrl,
    neutral: true,
    env: { OTEL_BSP_SCHEDULE_DELAY: '100', ...env },
  });
  const start = await app.ready;
  if (start.outcome !== 'ready') throw new Error(app.output.map(({ text }) => text).join('\n'));
  await use(shopAt(start.url));
  // It flushes, so everything that it will ever export has arrived.
  await app.stop(LAST_MS);
  await relay.close(LAST_MS);
  const failed = events.filter(({ type }) => type !== 'down' && type !== 'back');
  if (failed.length > 0) throw new Error(`The backend did not take all: ${JSON.stringify(failed)}`);
  return spans;
}

function shopAt(url: string): Shop {
  const send = async (path: string, init: RequestInit) => {
    const answer = await fetch(url + path, init);
    await answer.text();
    return answer.status;
  };
  return {
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

/** A bit of everything that the shop does, errors included. */
export async function visitShop(shop: Shop): Promise<void> {
  await shop.get('/', { 'x-user-id': 'ada' });
  await shop.get('/items', { 'x-user-id': 'ada' });
  await shop.get('/items', { 'x-user-id': 'grace' });
  await shop.post('/items', { name: 'teapot', stock: 4 });
  await shop.post('/items', { name: 'teapot', stock: 4 });
  await shop.get('/fetch-external');
  await shop.get('/fetch-external?from=/status/503');
  await shop.get('/fetch-external?from=/hang');
  await shop.get('/nowhere');
}

/** Of `visitShop`: the second teapot, the upstream's 503 and the call that hangs are errors. */
export const VISITS = { traces: 9, withErrors: 3 };

/** So that a call of the upstream that hangs soon ends. */
export const SHORT_DEADLINE = { UPSTREAM_TIMEOUT_MS: '400' };
