const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

const ONE_KEYPRESS_MS = 300;

/**
 * Call back for every Ctrl-C, `kill` and closed terminal, until the returned function is called.
 * One Ctrl-C may arrive twice, from the terminal and from npm, which passes it on: a repetition within 0.3 s is left out.
 */
export function onProcessInterrupt(
  listener: () => void,
  now: () => number = () => performance.now(),
): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const hear = () => {
    const at = now();
    if (at - last < ONE_KEYPRESS_MS) return;
    last = at;
    listener();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
}
