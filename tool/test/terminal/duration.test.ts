import { expect, test } from 'vitest';
import { renderDuration } from '../../terminal/duration.ts';

test.for([
  [0, '0 µs'],
  [0.000001, '0.00 µs'],
  [0.0004, '0.40 µs'],
  [0.00456, '4.56 µs'],
  [0.0456, '45.6 µs'],
  [0.789, '789 µs'],
  [0.9994, '999 µs'],
  [0.9996, '1.00 ms'],
  [4.567, '4.57 ms'],
  [9.996, '10.0 ms'],
  [99.96, '100 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1020, '1.02 s'],
  [125_000, '125 s'],
  [-3, '-3.00 ms'],
] as const)('%d ms reads %s', ([ms, text]) => {
  expect(renderDuration(ms)).toBe(text);
});
