import { expect, test } from 'vitest';
import { TraceStore } from '../../trace/store.ts';
import { describePage } from './describe-page.ts';
import { shopTrace, traceId } from './sample-traces.ts';

describePage('the list of traces', (open) => {
  test('says how to get a trace while there is none', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByText('curl http://localhost:3000/items').waitFor();
  });

  test('shows a trace as it arrives, newest first, with name, service, duration, spans, errors and time', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }) });
    const { page, store } = opened;
    const lines = page.locator('.trace-line');
    await lines.first().waitFor();

    store.add(shopTrace({ trace: 2, root: { name: 'POST /items', error: 'taken' } }));
    await expect.poll(() => lines.count()).toBe(2);
    const [first = '', second = ''] = await lines.allInnerTexts();
    expect(first).toMatch(/POST \/items.*shop.*✗ 1 error.*3 spans.*30\.0 ms.*\d+:\d+:\d+/s);
    expect(second).toMatch(/GET \/items.*3 spans/s);
  });

  test('says that a trace is in flight until its last span has ended', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1, root: { at: [1000, undefined] } }) });
    const { page, store } = opened;
    await page.locator('.trace-duration', { hasText: 'in flight' }).waitFor();
    store.add(shopTrace({ trace: 1 }));
    await page.locator('.trace-duration', { hasText: '30.0 ms' }).waitFor();
  });

  test('has its filter applied by the server, and says how many match', async () => {
    await using opened = await open({
      spans: [...shopTrace({ trace: 1 }), ...shopTrace({ trace: 2, queryMs: 500 })],
    });
    const { page } = opened;
    await page.getByLabel('Filter the traces').fill('>200ms');
    await page.getByText('1 of 2 traces match').waitFor();
    await expect.poll(() => page.locator('.trace-line').count()).toBe(1);

    await page.getByLabel('Filter the traces').fill('user.id=grace');
    await page.getByText('No trace matches the filter.').waitFor();
  });

  test('says what is wrong with a filter', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }) });
    const { page } = opened;
    await page.getByLabel('Filter the traces').fill('>fast');
    await page.getByRole('alert').filter({ hasText: '>200ms' }).waitFor();
  });

  test('says how many traces were dropped', async () => {
    const store = new TraceStore({ maxTraces: 2 });
    await using opened = await open({ store, spans: [1, 2, 3].flatMap((trace) => shopTrace({ trace })) });
    const { page } = opened;
    await page.locator('.trace-line').first().waitFor();
    store.add([4, 5].flatMap((trace) => shopTrace({ trace })));
    await page.getByText(/older ones were dropped/).waitFor();
  });

  test('keeps no more lines than are listed, however many traces come', async () => {
    const store = new TraceStore({ maxTraces: 2000 });
    await using opened = await open({ store });
    const { page } = opened;
    for (let batch = 0; batch < 4; batch++) {
      store.add(
        Array.from({ length: 300 }, (_, at) => shopTrace({ trace: batch * 300 + at + 1 }).slice(0, 1)).flat(),
      );
      await page.getByText(`${(300 * (batch + 1)).toLocaleString('en')} traces`).waitFor();
    }
    expect(await page.locator('.trace-line').count()).toBe(500);
    await page.getByText('the newest 500 are listed').waitFor();
    expect(await page.locator('.trace-line').first().getAttribute('href')).toBe(`#/trace/${traceId(1200)}`);
  });
});
