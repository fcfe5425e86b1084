import { expect, test } from 'vitest';
import { describePage } from './describe-page.ts';
import { shopTrace, spanId, traceId } from './sample-traces.ts';

describePage('the keyboard', (open) => {
  test('goes from the list into a trace, through its spans, and back', async () => {
    await using opened = await open({ spans: [1, 2].flatMap((trace) => shopTrace({ trace })) });
    const { page } = opened;
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'));
    await page.locator('.trace-line').first().waitFor();
    await page.keyboard.press('j');
    expect(await focused()).toBe(`#/trace/${traceId(2)}`);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(`#/trace/${traceId(1)}`);
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');

    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    await page.keyboard.press('j');
    await page.locator('.tree-grid-row.selected', { hasText: 'GET /items' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('.tree-grid-row.selected', { hasText: 'request handler' }).waitFor();
    const selected = page.locator('.tree-grid-row.selected');
    expect(await grid.getAttribute('aria-activedescendant')).toBe(await selected.getAttribute('id'));
    expect(page.url()).toContain(spanId(2, 2));

    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('.tree-grid-row').count()).toBe(2);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.tree-grid-row').count()).toBe(3);
    await page.keyboard.press('End');
    await page.locator('.tree-grid-row.selected', { hasText: 'SELECT items' }).waitFor();
    await page.keyboard.press('g');
    await page.locator('.tree-grid-row.selected', { hasText: 'GET /items' }).waitFor();

    await page.keyboard.press('Escape');
    await page.locator('.details').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.trace-line').first().waitFor();
  });

  test('has a dialog that tells its keys, and gives the focus back', async () => {
    await using opened = await open();
    const { page } = opened;
    const button = page.getByRole('button', { name: 'Keyboard shortcuts' });
    await button.focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('reaches the filter by /, and leaves what is typed there alone', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }) });
    const { page, lesson } = opened;
    const filter = page.getByLabel('Filter the traces');
    await page.keyboard.press('/');
    await page.keyboard.type('chd?');
    expect(await filter.inputValue()).toBe('chd?');
    expect(lesson.asked).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await filter.inputValue()).toBe('');
  });

  test('has the terminal’s keys: check, hint, diff, next and previous step', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    for (const [at, key] of ['c', 'h', 'd', 'n', 'p'].entries()) {
      await page.keyboard.press(key);
      await expect.poll(() => lesson.asked.length).toBe(at + 1);
      // One at a time, and from the step that the page knows of.
      await page.locator('.actions .primary:enabled').waitFor();
      await expect.poll(() => page.title()).toContain(`Step ${lesson.state.step} `);
    }
    expect(lesson.asked).toEqual([
      ['check', {}],
      ['hint', {}],
      ['diff', {}],
      ['step', { step: 4 }],
      ['step', { step: 3 }],
    ]);
  });

  test('has no keys of one character where they are turned off', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: 'Keys of one character are on' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.keyboard.press('v');
    expect(await page.locator('.verdict-summary').getAttribute('aria-expanded')).toBe('false');
    expect(lesson.asked).toEqual([]);
  });

  test('leads through the tabs of a narrow page', async () => {
    await using opened = await open({ viewport: { width: 360, height: 740 } });
    const { page } = opened;
    await page.getByRole('tab', { name: 'Guide' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tabpanel', { name: 'Traces' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page
      .getByRole('tabpanel', { name: /Verdict/ })
      .getByRole('button', { name: 'Hint' })
      .waitFor();
    expect(await page.getByRole('tab', { selected: true }).innerText()).toContain('2/4');
  });
});
