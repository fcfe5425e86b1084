import { expect, test } from 'vitest';
import { makeSpan } from '../terminal/make-span.ts';
import { describePage } from './describe-page.ts';
import { shopTrace, spanId, traceId } from './sample-traces.ts';

describePage('two traces side by side', (open) => {
  test('have their spans matched, with what became of each in words and times', async () => {
    const [root, handler, query] = shopTrace({ trace: 2, queryMs: 5 });
    const cache = makeSpan(spanId(2, 4), {
      traceId: traceId(2),
      name: 'read cache',
      parent: spanId(2, 2),
      at: [2003, 2004],
    });
    const spans = [
      ...shopTrace({ trace: 1 }),
      root,
      handler,
      { ...query, name: 'SELECT items movements' },
      cache,
    ];
    await using opened = await open({
      spans: spans as ReturnType<typeof shopTrace>,
      hash: `#/compare/${traceId(1)}/${traceId(2)}`,
    });
    const { page } = opened;
    const row = (name: string) =>
      page.locator('.tree-grid-row').filter({ has: page.getByText(name, { exact: true }) });
    await row('GET /items').waitFor();
    expect(await row('GET /items').innerText()).toMatch(/30\.0 ms.*15\.0 ms.*−15\.0 ms/s);
    expect(await row('SELECT items').innerText()).toContain('− removed');
    expect(await row('SELECT items movements').innerText()).toContain('+ added');
    expect(await row('read cache').innerText()).toContain('+ added');
    await page.getByText('+ 2 spans added').waitFor();
    await page.getByText('− 1 span removed').waitFor();
  });

  test('are chosen from a trace and the list', async () => {
    await using opened = await open({
      spans: [1, 2].flatMap((trace) => shopTrace({ trace })),
      hash: `#/trace/${traceId(1)}`,
    });
    const { page } = opened;
    await page.getByRole('link', { name: 'Compare…' }).click();
    await page.getByText('Choose the trace to compare with').waitFor();
    await page.locator('.trace-line').click();
    await page.getByText('the same spans in both').waitFor();
    expect(page.url()).toContain(`#/compare/${traceId(1)}/${traceId(2)}`);

    await page.getByRole('link', { name: 'Swap' }).click();
    await expect.poll(() => page.url()).toContain(`#/compare/${traceId(2)}/${traceId(1)}`);
  });
});
