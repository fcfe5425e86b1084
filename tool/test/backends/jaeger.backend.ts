import { expect, test } from 'vitest';
import { describeBackend } from './backend.ts';
import { jaegerSearch, jaegerTrace } from './query.ts';
import { runShop, SHORT_DEADLINE, VISITS, visitShop } from './shop.ts';
import { byTrace, comparable, hasError, type Trace } from './traces.ts';

const FOUND_MS = 20_000;

await describeBackend({ name: 'jaeger' }, (jaeger) => {
  test('gives back what the shop exported, span for span', async () => {
    const traces = byTrace(await runShop({ ...jaeger, env: SHORT_DEADLINE }, visitShop));

    expect(traces.size).toBe(VISITS.traces);
    expect([...traces.values()].filter(hasError)).toHaveLength(VISITS.withErrors);
    for (const [traceId, trace] of traces) {
      const found = async () => comparable(await jaegerTrace(jaeger.queryUrl, traceId));
      await expect.poll(found, { timeout: FOUND_MS }).toEqual(comparable(trace));
    }
  });

  test('finds the traces of one user, and those with an error', async () => {
    const traces = byTrace(
      await runShop({ ...jaeger, env: SHORT_DEADLINE }, async (shop) => {
        await shop.get('/items', { 'x-user-id': 'edsger' });
        await shop.get('/items', { 'x-user-id': 'barbara' });
        await shop.get('/fetch-external?from=/hang', { 'x-user-id': 'barbara' });
      }),
    );
    const ids = (isWanted: (trace: Trace) => boolean) =>
      [...traces.entries()].flatMap(([traceId, trace]) => (isWanted(trace) ? [traceId] : [])).sort();
    const ofBarbara = ids((trace) => trace.some(({ attributes }) => attributes['user.id'] === 'barbara'));
    const search = async (tags: Record<string, string>) => (await jaegerSearch(jaeger.queryUrl, tags)).sort();

    expect(ofBarbara).toHaveLength(2);
    await expect.poll(() => search({ 'user.id': 'barbara' }), { timeout: FOUND_MS }).toEqual(ofBarbara);
    expect(await search({ 'user.id': 'barbara', error: 'true' })).toEqual(ids(hasError));
  });
});

await describeBackend({ name: 'jaeger-badger' }, (jaeger) => {
  test('gives back what the shop exported, also after a restart', async () => {
    const traces = byTrace(await runShop({ ...jaeger, env: SHORT_DEADLINE }, visitShop));
    const found = async () => {
      const ids = [...traces.keys()];
      return await Promise.all(ids.map(async (id) => comparable(await jaegerTrace(jaeger.queryUrl, id))));
    };
    const exported = [...traces.values()].map(comparable);

    await expect.poll(found, { timeout: FOUND_MS }).toEqual(exported);
    await jaeger.restart();
    expect(await found()).toEqual(exported);
  });
});
