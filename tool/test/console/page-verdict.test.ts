import { expect, test } from 'vitest';
import { describePage } from './describe-page.ts';
import { FAILED_CHECK } from './sample-lesson.ts';

const PASSED = {
  passed: true,
  durationMs: 900,
  assertions: FAILED_CHECK.assertions.map((one) => ({ ...one, passed: true, message: '', diagnosis: null })),
};

describePage('the verdict', (open) => {
  test('is a line that is always there, changes as the check does, and is announced', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    const line = page.locator('.verdict-summary');
    expect(await line.innerText()).toMatch(
      /2 of 4 passed · next: the SERVER span is named by method and route/,
    );
    lesson.set({ check: { state: 'checking', result: FAILED_CHECK } });
    await line.getByText('checking …').waitFor();
    lesson.set({ check: { state: 'done', result: PASSED } });
    await line.getByText('4 of 4 passed').waitFor();
    await page.getByRole('status').filter({ hasText: 'Step 3: 4 of 4 passed' }).waitFor();
    await expect.poll(() => page.title()).toBe('✓ Step 3 · Tracing workshop');
  });

  test('tells the first failure in full: expectation, trace with its marks, diagnosis and mend', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator('.verdict-summary').click();
    const assertions = page.getByRole('list', { name: 'Assertions of the check' }).getByRole('listitem');
    expect(await assertions.count()).toBe(4);
    const failure = assertions.nth(2);
    const text = await failure.innerText();
    expect(text).toContain('Expected the SERVER span of GET /items to be named "GET /items".');
    expect(text).toContain('no-esm-hook');
    expect(text).toContain('→ In tracing.ts');
    expect(await failure.locator('.arrived .line').allInnerTexts()).toHaveLength(3);
    expect(await failure.locator('.arrived .marked').allInnerTexts()).toEqual([
      '✗ GET SERVER 59.1 ms   ← should be named GET /items',
      '└ + missing: INTERNAL span with express.type = request_handler',
    ]);

    const later = assertions.nth(3);
    expect(await later.getByText('Expected an INTERNAL span').isVisible()).toBe(false);
    await later.locator('summary').click();
    await later.getByText('Expected an INTERNAL span').waitFor();
  });

  test('leads to the section of the guide, and leaves the address alone', async () => {
    await using opened = await open({ hash: '#/' });
    const { page } = opened;
    await page.locator('.verdict-summary').click();
    await page.getByRole('button', { name: 'Read on in the guide: the hook' }).click();
    const section = page.locator('#guide-the-hook');
    await expect.poll(() => section.evaluate((element) => element === document.activeElement)).toBe(true);
    const { top = 0 } = await section.evaluate((element) => ({ top: element.getBoundingClientRect().top }));
    expect(top).toBeLessThan(200);
    expect(page.url()).toMatch(/#\/$/);
  });

  test('says why a check itself did not work', async () => {
    await using opened = await open({
      lesson: { check: { state: 'broken', problem: 'vitest is not installed.' } },
    });
    const { page } = opened;
    await page.locator('.verdict-summary').filter({ hasText: 'vitest is not installed.' }).waitFor();
  });
});

describePage('the buttons', (open) => {
  test('do what the commands do, and show what they print', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    lesson.answer = (action) => ({
      ok: action !== 'check',
      text: action === 'hint' ? 'Look at <b>the hook</b>.' : action,
    });
    await page.locator('.verdict-summary').click();
    await page.getByRole('button', { name: 'Hint' }).click();
    await page.getByText('Look at <b>the hook</b>.').waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await expect.poll(() => lesson.asked.map(([action]) => action)).toEqual(['hint', 'check']);
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
    // What a check prints is the verdict, which is there already.
    expect(await page.locator('.action-output').count()).toBe(0);
  });

  test('colour a diff', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    const diff = [
      'Step 3: - yours, + the solution',
      '',
      'tracing.ts',
      '   1   same',
      '   2 - mine',
      '     + theirs',
    ];
    lesson.answer = () => ({ ok: true, text: diff.join('\n') });
    await page.locator('.verdict-summary').click();
    await page.getByRole('button', { name: 'Diff' }).click();
    await expect.poll(() => page.locator('.removed-line').allInnerTexts()).toEqual(['   2 - mine']);
    expect(await page.locator('.added-line').allInnerTexts()).toEqual(['     + theirs']);
  });

  test.for(['Solve', 'Reset', 'Undo'] as const)('ask before they replace files: %s', async (name) => {
    await using opened = await open();
    const { page, lesson } = opened;
    await page.locator('.verdict-summary').click();
    const button = page.getByRole('button', { name: `${name}…` });
    const dialog = page.getByRole('dialog');
    await button.click();
    await dialog.getByText('steps/03-auto-instrumentation').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(lesson.asked).toEqual([]);

    await button.click();
    await dialog.getByRole('button', { name, exact: true }).click();
    await page.getByText(`did ${name.toLowerCase()}`).waitFor();
    expect(lesson.asked).toEqual([[name.toLowerCase(), {}]]);
  });

  test('are for the learner’s own work, and say so', async () => {
    await using opened = await open({ lesson: { own: false, dir: 'solutions/03-auto-instrumentation' } });
    const { page } = opened;
    await page.locator('.verdict-summary').click();
    await page.getByText('What runs is not your own work').waitFor();
    for (const name of ['Hint', 'Diff', 'Solve…', 'Reset…', 'Undo…']) {
      expect(await page.getByRole('button', { name }).isDisabled()).toBe(true);
    }
    expect(await page.getByRole('button', { name: 'Check', exact: true }).isEnabled()).toBe(true);
  });
});
