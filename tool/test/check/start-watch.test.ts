import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StartWatch } from '../../check/start-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('hints at the port when a server listens', () => {
  const watch = new StartWatch();
  const look = vi.fn();
  watch.hints.addEventListener('look', look);
  watch.hear({ type: 'loading' });
  expect(look).not.toHaveBeenCalled();
  watch.hear({ type: 'listening', port: 3000 });

  expect(look).toHaveBeenCalledOnce();
  expect(watch.hopeless.aborted).toBe(false);
});

test('gives up an app that only waits, at once', () => {
  const watch = new StartWatch();
  watch.hear({ type: 'idle' });

  expect(watch.hopeless.aborted).toBe(true);
});

test('gives up an app that loads nothing for a while, and no other', () => {
  const watch = new StartWatch();
  for (let seconds = 0; seconds < 40; seconds++) {
    watch.hear({ type: 'loading' });
    vi.advanceTimersByTime(1_000);
  }
  expect(watch.hopeless.aborted).toBe(false);
  vi.advanceTimersByTime(20_000);

  expect(watch.hopeless.aborted).toBe(true);
});

test('leaves no timer behind', () => {
  const watch = new StartWatch();
  watch.end();
  vi.advanceTimersByTime(60_000);

  expect(watch.hopeless.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
