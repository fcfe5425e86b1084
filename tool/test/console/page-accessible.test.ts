import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describePage } from './describe-page.ts';
import { shopTrace, spanId, traceId } from './sample-traces.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The rules of WCAG A and AA that the page breaks, and where. */
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message}`),
  );
}

const VIEWS = {
  'the list': '#/',
  'a trace with a span': `#/trace/${traceId(1)}/${spanId(1, 3)}`,
  'two traces': `#/compare/${traceId(1)}/${traceId(2)}`,
};

const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
];

describePage('accessibility', (open) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of SIZES) {
      test(`axe finds nothing, ${colorScheme}, ${viewport.width} pixels wide`, async () => {
        const failed = shopTrace({ trace: 1, root: { error: 'no stock', service: 'front' } });
        await using opened = await open({
          spans: [...failed, ...shopTrace({ trace: 2, root: { at: [2000, undefined] } })],
          colorScheme,
          viewport,
          // axe is not of the page's own server.
          bypassCSP: true,
          reducedMotion: 'reduce',
        });
        const { page, lesson } = opened;
        lesson.answer = () => ({
          ok: true,
          text: 'Step 3: - yours, + the solution\n\n   2 - mine\n     + theirs',
        });
        await page.addScriptTag({ path: AXE });
        await page.keyboard.press('2');
        for (const [name, hash] of Object.entries(VIEWS)) {
          await page.evaluate((wanted) => {
            location.hash = wanted;
          }, hash);
          await page
            .locator(name === 'the list' ? '.trace-line' : '.tree-grid-row')
            .first()
            .waitFor();
          expect(await violations(page), name).toEqual([]);
        }
        await page.keyboard.press('1');
        await page.keyboard.press('1');
        await page.locator('.guide-text').waitFor();
        expect(await violations(page), 'the guide').toEqual([]);
        await page.keyboard.press('d');
        await page.locator('.added-line').waitFor();
        expect(await violations(page), 'the verdict').toEqual([]);
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        expect(await violations(page), 'the keys').toEqual([]);
      });
    }
  }

  test('nothing is cut off or scrolls sideways at 360 pixels', async () => {
    await using opened = await open({
      spans: shopTrace({ trace: 1 }),
      viewport: { width: 360, height: 740 },
    });
    const { page } = opened;
    for (const key of ['1', '2', '3']) {
      await page.keyboard.press(key);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
  });

  test('the theme is the system’s until the reader chooses, and then stays', async () => {
    await using opened = await open({ colorScheme: 'dark' });
    const { page } = opened;
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    expect(await theme()).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(theme).toBe('light');
    await page.getByRole('button', { name: 'Use the dark theme' }).click();
    expect(await theme()).toBe('dark');
    await page.reload();
    await page.locator('.verdict-summary').waitFor();
    expect(await theme()).toBe('dark');
  });

  test('projector mode makes everything larger, by one key, and stays', async () => {
    await using opened = await open({ viewport: { width: 1920, height: 1080 } });
    const { page } = opened;
    const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
    const before = await size();
    await page.keyboard.press('b');
    expect(await size()).toBeGreaterThan(before * 1.4);
    await page.reload();
    await page.locator('.verdict-summary').waitFor();
    expect(await size()).toBeGreaterThan(before * 1.4);
  });
});
