import { expect, test } from 'vitest';
import { readConfiguration } from '../compose/compose-files.ts';
import { describeBackend } from './backend.ts';
import { getJson, tempoTrace } from './query.ts';
import { runShop, SHORT_DEADLINE, VISITS, visitShop } from './shop.ts';
import { byTrace, comparable, hasError } from './traces.ts';

const FOUND_MS = 30_000;

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly targets: readonly { readonly query: string }[];
  }[];
}

const { panels } = readConfiguration('tempo/shop.json') as Dashboard;
const charts = panels.filter(({ type }) => type === 'timeseries');

await describeBackend({ name: 'tempo' }, (tempo) => {
  test('gives back what the shop exported, span for span', async () => {
    const traces = byTrace(await runShop({ ...tempo, env: SHORT_DEADLINE }, visitShop));

    expect(traces.size).toBe(VISITS.traces);
    expect([...traces.values()].filter(hasError)).toHaveLength(VISITS.withErrors);
    for (const [traceId, trace] of traces) {
      const found = async () => comparable(await tempoTrace(tempo.queryUrl, traceId));
      await expect.poll(found, { timeout: FOUND_MS }).toEqual(comparable(trace));
    }
  });

  test.each(charts)('has numbers for the panel $title', async ({ targets }) => {
    const series = async () => {
      const query = new URLSearchParams({ q: targets[0]?.query ?? '', since: '15m', step: '15s' });
      const answer = (await getJson(`${tempo.queryUrl}/api/metrics/query_range?${query}`)) as {
        series?: unknown[];
      };
      return answer.series?.length ?? 0;
    };

    await expect.poll(series, { timeout: FOUND_MS, interval: 500 }).toBeGreaterThan(0);
  });
});
