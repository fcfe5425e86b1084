import { expect, test } from 'vitest';
import { describePage } from './describe-page.ts';
import { largeTrace, traceId } from './sample-traces.ts';

const SPANS = 10_000;
/** In sight at 800 pixels, with those drawn beyond the edge. */
const MOST_ROWS = 70;

describePage('a trace of 10,000 spans', (open) => {
  test('has only the rows in sight in the page, wherever it is scrolled to', async () => {
    await using opened = await open({
      spans: largeTrace({ trace: 1, spans: SPANS }),
      hash: `#/trace/${traceId(1)}`,
    });
    const { page } = opened;
    const grid = page.getByRole('treegrid');
    const rows = page.locator('.tree-grid-row');
    await grid.waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(SPANS + 1));
    expect(await rows.count()).toBeLessThan(MOST_ROWS);

    await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
    await expect
      .poll(() => rows.first().getAttribute('aria-rowindex').then(Number))
      .toBeGreaterThan(SPANS / 3);
    expect(await rows.count()).toBeLessThan(MOST_ROWS);

    await grid.press('End');
    await page.locator(`.tree-grid-row[aria-rowindex="${SPANS + 1}"]`).waitFor();
    expect(await rows.count()).toBeLessThan(MOST_ROWS);
  });

  test('opens at the span of its address', async () => {
    const spans = largeTrace({ trace: 1, spans: SPANS });
    const wanted = spans[7_777];
    await using opened = await open({ spans, hash: `#/trace/${traceId(1)}/${wanted?.spanId}` });
    const { page } = opened;
    const selected = page.locator('.tree-grid-row.selected');
    await selected.waitFor();
    expect(await selected.innerText()).toContain('query 7777');
    await page.locator('.details h3', { hasText: 'query 7777' }).waitFor();
  });
});
