import { expect, test, vi } from 'vitest';
import { binomialBounds } from '../../check/binomial.ts';
import { type Backend, describeBackend } from './backend.ts';
import { jaegerTrace } from './query.ts';
import { runShop, type Shop } from './shop.ts';
import { byTrace, comparable, hasError, lastingMs, type Trace } from './traces.ts';

/** As compose/collector/config.yaml says. */
const SLOW_MS = 500;
const KEPT_OF_THE_REST = 0.1;

const REST = 400;
const FOUND_MS = 30_000;

/** So that no answer of a busy machine is a time-out. */
const env = { UPSTREAM_TIMEOUT_MS: '5000' };

await describeBackend({ name: 'collector' }, (collector) => {
  test('keeps each error, each slow trace, and a tenth of the rest, and each of these whole', async () => {
    const spans = await runShop({ ...collector, env, secondMs: 1000 }, async (shop) => {
      const many = (count: number, path: string) => Array.from({ length: count }, () => shop.get(path));
      await Promise.all([
        ...many(10, '/fetch-external?from=/status/503'),
        ...many(10, '/fetch-external?from=/delay/.6'),
      ]);
      for (let asked = 0; asked < REST; asked += 20) await Promise.all(many(20, '/items'));
    });
    const exported = byTrace(spans);
    const traces = [...exported.values()];
    const rest = traces.filter((trace) => !hasError(trace) && lastingMs(trace) < SLOW_MS);
    const wanted = traces.filter((trace) => !rest.includes(trace));

    expect(wanted.length).toBeGreaterThanOrEqual(20);
    await untilAllAreDecided(collector);
    const kept = await keptOf(collector, exported);
    for (const trace of wanted) expect(kept.get(traceIdOf(trace))).toEqual(comparable(trace));
    for (const [traceId, trace] of kept) expect(trace).toEqual(comparable(exported.get(traceId) ?? []));
    const keptOfRest = rest.filter((trace) => kept.has(traceIdOf(trace))).length;
    const bounds = binomialBounds({ trials: rest.length, probability: KEPT_OF_THE_REST }, 1e-6);
    expect(keptOfRest).toBeGreaterThanOrEqual(bounds.atLeast);
    expect(keptOfRest).toBeLessThanOrEqual(bounds.atMost);
  });
});

await describeBackend({ name: 'collector', env: { KEEP_PERCENT: '100' } }, (collector) => {
  test('keeps all', async () => {
    const visit = async (shop: Shop) => {
      for (let asked = 0; asked < 30; asked++) await shop.get('/items');
    };
    const exported = byTrace(await runShop(collector, visit));
    const kept = async () => [...(await keptOf(collector, exported)).keys()].sort();

    await expect.poll(kept, { timeout: FOUND_MS, interval: 500 }).toEqual([...exported.keys()].sort());
  });

  test('marks the spans of a learner who gives a name', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-learner=ada');
    const exported = byTrace(await runShop(collector, (shop) => shop.get('/items')));
    vi.unstubAllEnvs();
    const [traceId = ''] = exported.keys();
    const learners = async () => {
      const spans = await jaegerTrace(collector.queryUrl, traceId);
      return spans.map(({ attributes }) => attributes.learner);
    };

    const each = exported.get(traceId)?.map(() => 'ada');
    await expect.poll(learners, { timeout: FOUND_MS, interval: 500 }).toEqual(each);
  });
});

const traceIdOf = ([span]: Trace): string => span?.traceId ?? '';

/** An error that comes after all others: once it is there, those before it have been decided on. */
async function untilAllAreDecided(collector: Backend): Promise<void> {
  const spans = await runShop({ ...collector, env }, (shop) => shop.get('/fetch-external?from=/status/503'));
  const last = byTrace(spans);
  const isKept = async () => (await keptOf(collector, last)).size;
  await expect.poll(isKept, { timeout: FOUND_MS, interval: 500 }).toBe(1);
}

/** The traces that the backend has, of those that were exported. */
async function keptOf(
  collector: Backend,
  exported: ReadonlyMap<string, Trace>,
): Promise<Map<string, unknown>> {
  const kept = new Map<string, unknown>();
  for (const traceId of exported.keys()) {
    const trace = await jaegerTrace(collector.queryUrl, traceId);
    if (trace.length > 0) kept.set(traceId, comparable(trace));
  }
  return kept;
}
