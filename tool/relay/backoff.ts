const LONGEST_MS = 5000;
const JITTER = 0.2;

/** How long to wait after that many failures in a row: half as long again each time, a fifth more or less at random. */
export function backoffMs(failures: number, firstMs: number, random: () => number = Math.random): number {
  const wanted = Math.min(firstMs * 1.5 ** (failures - 1), LONGEST_MS);
  return wanted * (1 - JITTER + 2 * JITTER * random());
}
