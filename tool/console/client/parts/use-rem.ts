import { useEffect, useState } from 'preact/hooks';

/** Narrower than this, in rem, the page is one column with tabs. */
const WIDE_FROM = 60;

/** The page's unit in pixels; it grows in projector mode. */
export function remPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** Guide beside traces, or one of them at a time. In rem, which a media query would take from the browser and not from the page. */
export function useLayout(): 'wide' | 'narrow' {
  const [layout, setLayout] = useState(layoutNow);
  useEffect(() => {
    const observer = new ResizeObserver(() => setLayout(layoutNow()));
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, []);
  // Projector mode changes the unit and not the window.
  const now = layoutNow();
  return now === layout ? layout : now;
}

function layoutNow(): 'wide' | 'narrow' {
  return innerWidth / remPixels() >= WIDE_FROM ? 'wide' : 'narrow';
}
