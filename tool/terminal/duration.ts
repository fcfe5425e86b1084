/** A duration of milliseconds in three digits: `4.56 µs`, `78.9 ms`, `1.02 s`, `125 s`; `-3.00 ms` when a clock ran backwards. */
export function renderDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  if (size === 0) return '0 µs';
  // 999.5 would round to 1000 of its unit.
  if (size < 0.9995) return `${sign}${threeDigits(size * 1000)} µs`;
  if (size < 999.5) return `${sign}${threeDigits(size)} ms`;
  return `${sign}${threeDigits(size / 1000)} s`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}
