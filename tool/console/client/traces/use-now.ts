import { useEffect, useState } from 'preact/hooks';

/** The time in Unix nanoseconds, moving only while `ticking`; slower for those who asked for less motion. */
export function useNow(ticking: boolean): bigint {
  const [now, setNow] = useState(unixNanoNow);
  useEffect(() => {
    if (!ticking) return;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const timer = setInterval(() => setNow(unixNanoNow()), calm ? 1000 : 200);
    setNow(unixNanoNow());
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

function unixNanoNow(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
