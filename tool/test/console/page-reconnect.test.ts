import { expect, test } from 'vitest';
import { TraceStore } from '../../trace/store.ts';
import { describePage } from './describe-page.ts';
import { startSampleConsole } from './sample-page.ts';
import { shopTrace, traceId } from './sample-traces.ts';

/** What a browser says of a server that went away. */
const expectedFault = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_NETWORK|404/;

describePage('the connection', (open) => {
  test('is told to be lost, and the page goes on with the next run where it was', async () => {
    await using opened = await open({
      spans: shopTrace({ trace: 1 }),
      hash: `#/trace/${traceId(1)}`,
      expectedFault,
    });
    const { page, server, store, lesson } = opened;
    await page.getByRole('treegrid').waitFor();
    await server.close();
    await page.getByText('The workshop does not answer.').waitFor();
    await page.getByRole('treegrid').waitFor();

    lesson.set({ step: 4 });
    await using _next = await startSampleConsole({ store, lesson }, server.port);
    await page.getByText('The workshop does not answer.').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Custom attributes' }).waitFor();
    await page.getByRole('treegrid').waitFor();
    expect(page.url()).toContain(`#/trace/${traceId(1)}`);

    // The token is the new run's.
    await page.keyboard.press('h');
    await page.getByText('did hint').waitFor();
  });

  test('is left while nobody sees the page, and the state is told anew afterwards', async () => {
    await using opened = await open({ spans: shopTrace({ trace: 1 }) });
    const { page, store } = opened;
    await page.locator('.trace-line').waitFor();
    const setVisibility = (state: string) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await setVisibility('hidden');
    store.add(shopTrace({ trace: 2 }));
    expect(await page.locator('.trace-line').count()).toBe(1);
    await setVisibility('visible');
    await expect.poll(() => page.locator('.trace-line').count()).toBe(2);
  });

  test('of the app is told: that it ended and why, and that it runs again', async () => {
    await using opened = await open();
    const { page, lesson } = opened;
    const { url } = lesson.state.app;
    lesson.set({ app: { state: 'ended', message: 'It ended with exit code 1: Cannot find module.', url } });
    await page.getByRole('alert').filter({ hasText: 'Cannot find module' }).waitFor();
    lesson.set({ app: { state: 'running', url } });
    await page.getByText('The app ended.').waitFor({ state: 'detached' });
  });

  test('keeps a trace on the page that the workshop had to drop', async () => {
    await using opened = await open({
      store: new TraceStore({ maxTraces: 1 }),
      spans: shopTrace({ trace: 1 }),
      hash: `#/trace/${traceId(1)}`,
      expectedFault,
    });
    const { page, store } = opened;
    await page.getByRole('treegrid').waitFor();
    store.add(shopTrace({ trace: 2 }));
    await page.getByText('The workshop no longer has this trace').waitFor();
    expect(await page.locator('.tree-grid-row').count()).toBe(3);
  });
});
