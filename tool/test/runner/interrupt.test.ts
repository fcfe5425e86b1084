import { expect, onTestFinished, test, vi } from 'vitest';
import { onProcessInterrupt } from '../../runner/interrupt.ts';

test('takes a signal that comes twice at once for one', () => {
  const listener = vi.fn();
  let now = 0;
  onTestFinished(onProcessInterrupt(listener, () => now));

  process.emit('SIGINT', 'SIGINT');
  now = 100;
  process.emit('SIGINT', 'SIGINT');
  expect(listener).toHaveBeenCalledTimes(1);

  now = 1000;
  process.emit('SIGTERM', 'SIGTERM');
  expect(listener).toHaveBeenCalledTimes(2);
});

test('leaves nothing behind', () => {
  const before = process.listenerCount('SIGINT');
  onProcessInterrupt(() => {})();

  expect(process.listenerCount('SIGINT')).toBe(before);
});
