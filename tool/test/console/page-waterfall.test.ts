import { expect, test } from 'vitest';
import { makeSpan } from '../terminal/make-span.ts';
import { describePage } from './describe-page.ts';
import { shopTrace, spanId, traceId } from './sample-traces.ts';

const hash = `#/trace/${traceId(1)}`;
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

describePage('a trace', (open) => {
  test('is drawn as a tree, each span with level, bar and duration', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }), hash });
    const { page } = opened;
    const rows = page.getByRole('row').filter({ has: page.locator('.bar') });
    await expect.poll(() => rows.count()).toBe(3);
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-level')))).toEqual([
      '1',
      '2',
      '3',
    ]);
    expect(await rows.nth(2).innerText()).toMatch(/SELECT items.*1 event.*20\.0 ms/s);
    expect(
      await page
        .locator('.bar')
        .nth(1)
        .evaluate((bar) => (bar as HTMLElement).style.left),
    ).toBe('6.667%');
  });

  test('folds and unfolds what is below a span', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }), hash });
    const { page } = opened;
    const root = page.locator('.tree-grid-row').first();
    await root.locator('.fold').click();
    await expect.poll(() => page.locator('.tree-grid-row').count()).toBe(1);
    expect(await root.getAttribute('aria-expanded')).toBe('false');
    expect(await root.innerText()).toContain('+2');
    await root.locator('.fold').click();
    await expect.poll(() => page.locator('.tree-grid-row').count()).toBe(3);
  });

  test('says in words that a span failed, and why', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1, root: { error: 'no stock' } }), hash });
    const { page } = opened;
    const root = page.locator('.tree-grid-row').first();
    await root.waitFor();
    expect(await root.innerText()).toContain('✗ error');
    await root.click();
    await page.getByText('✗ Status ERROR').waitFor();
    expect(await page.locator('.failure').innerText()).toContain('no stock');
  });

  test('shows an orphan as such, and a parent in another process as no fault', async () => {
    const [root, ...rest] = shopTrace({ trace: 1, root: { parent: 'abcdef', flags: 0x300 } });
    const orphan = makeSpan(spanId(1, 9), {
      traceId: traceId(1),
      name: 'lost',
      parent: 'dead',
      at: [1005, 1006],
    });
    await using opened = await open({
      spans: [root, ...rest, orphan].filter((span) => span !== undefined),
      hash,
    });
    const { page } = opened;
    expect(await page.locator('.tree-grid-row', { hasText: 'lost' }).innerText()).toContain('orphan');
    expect(await page.locator('.tree-grid-row', { hasText: 'GET /items' }).innerText()).toContain(
      'remote parent',
    );
    await page.getByText('1 orphan: parent not received').waitFor();
  });

  test('grows while a span is in flight, and takes in what arrives later', async () => {
    const started = Date.now() - 1_700_000_000_000;
    const root = { at: [started, undefined] } as const;
    await using opened = await open({ spans: shopTrace({ trace: 1, root }).slice(0, 1), hash });
    const { page, store } = opened;
    const duration = page.locator('.tree-grid-row .duration-cell');
    const first = await duration.innerText();
    expect(first).toMatch(/^in flight /s);
    await expect.poll(() => duration.innerText()).not.toBe(first);

    store.add(shopTrace({ trace: 1, root: { at: [started, started + 50] } }).slice(0, 1));
    await expect.poll(() => duration.innerText()).toBe('50.0 ms');
  });

  test('tells all of a span: attributes, event, resource and scope; OpenTelemetry names lead to their definition', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }), hash: `${hash}/${spanId(1, 3)}` });
    const { page } = opened;
    const details = page.getByRole('region', { name: 'The selected span' });
    await details.waitFor();
    const text = await details.innerText();
    for (const part of [
      'SELECT * FROM items',
      'Event first row',
      'row.id',
      'service.name',
      'Instrumentation scope test',
    ]) {
      expect(text).toContain(part);
    }
    const link = details.getByRole('link', { name: 'db.system.name' });
    expect(await link.getAttribute('href')).toBe(
      'https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/#db-system-name',
    );
    expect(await link.getAttribute('rel')).toBe('noreferrer');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await details.getByRole('link', { name: 'row.id' }).count()).toBe(0);
  });

  test('leads from a link to the span that it names', async () => {
    const links = [{ traceId: traceId(2), spanId: spanId(2, 3), attributes: {} }];
    const spans = [...shopTrace({ trace: 1, root: { links } }), ...shopTrace({ trace: 2 })];
    await using opened = await open({ spans, hash: `${hash}/${spanId(1, 1)}` });
    const { page } = opened;
    await page.locator('.details .attributes').filter({ hasText: 'Link' }).getByRole('link').first().click();
    await page.locator('.details h3', { hasText: 'SELECT items' }).waitFor();
    expect(page.url()).toContain(`#/trace/${traceId(2)}/${spanId(2, 3)}`);
  });

  test('keeps the selected span in the address', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }), hash });
    const { page } = opened;
    await page.locator('.tree-grid-row', { hasText: 'request handler' }).click();
    await expect.poll(() => page.url()).toContain(`${hash}/${spanId(1, 2)}`);
    await page.reload();
    await page.locator('.details h3', { hasText: 'request handler' }).waitFor();
  });

  test('is copied as JSON, whole or one span', async () => {
    await using opened = await open({
      spans: shopTrace({ trace: 1 }),
      hash: `${hash}/${spanId(1, 3)}`,
      ...CLIPBOARD,
    });
    const { page } = opened;
    const copied = async () => JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    await page.locator('.view-head').getByRole('button', { name: 'Copy JSON' }).click();
    await page.locator('.view-head').getByRole('button', { name: 'Copied' }).waitFor();
    expect(await copied()).toMatchObject({ traceId: traceId(1), spans: { length: 3 } });

    await page.locator('.details').getByRole('button', { name: 'Copy JSON' }).click();
    await page.locator('.details').getByRole('button', { name: 'Copied' }).waitFor();
    expect(await copied()).toMatchObject({
      name: 'SELECT items',
      resource: { attributes: { 'service.name': 'shop' } },
    });
  });

  test('that is not here says so', async () => {
    await using opened = await open({ hash: `#/trace/${traceId(9)}`, expectedFault: /404/ });
    const { page } = opened;
    await page.getByText('This trace is not here').waitFor();
  });
});
