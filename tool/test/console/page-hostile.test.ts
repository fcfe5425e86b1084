import { expect, test } from 'vitest';
import { describePage } from './describe-page.ts';
import { shopTrace, spanId, traceId } from './sample-traces.ts';

const HOSTILE = {
  markup: '<img src=x onerror="document.body.dataset.owned=1"><script>document.body.dataset.owned=1</script>',
  'right to left': '\u202egnitseggus\u2066 txet\u0000',
  long: 'x'.repeat(10_000),
  emoji: '🧑‍🚀👩🏽‍💻'.repeat(50),
  'half a character': `${'a'.repeat(299)}\ud83d`,
  nothing: '',
  script: 'javascript:document.body.dataset.owned=1',
};

describePage('hostile text', (open) => {
  test.for(Object.entries(HOSTILE))('is text everywhere: %s', async ([, text]) => {
    const spans = shopTrace({
      trace: 1,
      root: {
        name: text,
        service: text,
        error: text,
        attributes: { [text]: text, 'url.full': text, list: [text, { [text]: text }] },
        events: [{ name: text, timeUnixNano: 0n, attributes: { [text]: text } }],
        links: [{ traceId: traceId(1), spanId: spanId(1, 2), attributes: { [text]: text } }],
        scope: { name: text, version: text, attributes: { [text]: text } },
        traceState: text,
      },
    });
    const check = {
      passed: false,
      durationMs: 1,
      assertions: [
        {
          name: text,
          passed: false,
          message: `${text}\n\n✗ ${text}`,
          diagnosis: { id: text, cause: text, mend: text },
          guide: 'x',
        },
      ],
    };
    await using opened = await open({ spans, lesson: { check: { state: 'done', result: check } } });
    const { page, lesson } = opened;
    lesson.answer = () => ({ ok: true, text });
    await page.locator('.trace-line').click();
    await page.locator('.tree-grid-row').first().click();
    await page.locator('.details').waitFor();
    await page.keyboard.press('h');
    await page.locator('.action-output').waitFor();
    expect(await page.evaluate(() => document.body.dataset.owned)).toBeUndefined();
    expect(await page.locator('#app img, #app script, a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280);
    // Nothing that turns the direction of the text around it.
    expect(await page.locator('#traces').innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/);
  });

  test('that would turn its neighbours around is written out', async () => {
    await using opened = await open({
      spans: shopTrace({ trace: 1, root: { name: HOSTILE['right to left'] } }),
    });
    const { page } = opened;
    await page.locator('.trace-name', { hasText: '\\u202egnitseggus\\u2066 txet\\u0000' }).waitFor();
  });
});
