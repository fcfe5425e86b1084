import { expect, test } from 'vitest';
import { describePage } from './describe-page.ts';
import { shopTrace, traceId } from './sample-traces.ts';

describePage('the guide', (open) => {
  test('is the one of the step, its code highlighted and its hints folded until asked for', async () => {
    await using opened = await open();
    const { page } = opened;
    const guide = page.getByRole('region', { name: 'guide' });
    await guide.getByRole('heading', { level: 1, name: 'Auto-instrumentation' }).waitFor();
    expect(await guide.locator('.hljs-keyword').count()).toBeGreaterThan(0);

    const hints = guide.locator('details');
    expect(
      await hints.evaluateAll((all) => all.filter((hint) => (hint as HTMLDetailsElement).open).length),
    ).toBe(0);
    await hints.first().locator('summary').click();
    await guide.getByText('All of them are installed').waitFor();
  });

  test('keeps a hint open when the step is saved and checked anew', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    const hint = page.locator('.guide-text details').first();
    await hint.locator('summary').click();
    const answered = page.waitForResponse(/\/api\/guide\/3/);
    lesson.set({ check: { state: 'checking' } });
    await answered;
    await page.getByText('Checking …').first().waitFor();
    expect(await hint.evaluate((element) => (element as HTMLDetailsElement).open)).toBe(true);
  });

  test('leads from a TODO into the editor, and copies its path', async () => {
    await using opened = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = opened;
    const todo = page.locator('.todo').first();
    const link = todo.getByRole('link');
    const place = (await link.innerText()).trim();
    expect(place).toMatch(/^tracing\.ts:\d+$/);
    expect(await link.getAttribute('href')).toMatch(
      /^vscode:\/\/file\/.*steps\/03-auto-instrumentation\/tracing\.ts:\d+$/,
    );
    await todo.getByRole('button', { name: 'Copy path' }).click();
    await todo.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.endsWith(place)).toBe(true);
  });

  test('has no TODOs where what runs is not the learner’s own', async () => {
    await using opened = await open({ lesson: { own: false } });
    const { page } = opened;
    await page.locator('.guide-text h1').waitFor();
    expect(await page.locator('.todo').count()).toBe(0);
  });

  test('leads to each step, and says which are done', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    const steps = page.getByRole('navigation', { name: 'Steps', exact: true });
    await steps.getByRole('button', { name: 'Step 2: Provider, done' }).waitFor();
    expect(await steps.locator('[aria-current=step]').innerText()).toBe('3');

    await page.getByRole('button', { name: /4 Custom attributes/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Custom attributes' }).waitFor();
    await page.getByRole('button', { name: /3 Auto-instrumentation/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Auto-instrumentation' }).waitFor();
    expect(lesson.asked).toEqual([
      ['step', { step: 4 }],
      ['step', { step: 3 }],
    ]);
  });

  test('can be folded away, and stays so', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }), hash: `#/trace/${traceId(1)}` });
    const { page } = opened;
    const guide = page.locator('#guide');
    await page.getByRole('button', { name: 'Guide' }).click();
    await guide.waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByRole('treegrid').waitFor();
    expect(await guide.isHidden()).toBe(true);
  });
});
