import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Rows drawn beyond the edge, so that fast scrolling meets no blank. */
const BEYOND = 12;

export interface Window {
  readonly first: number;
  /** One behind the last. */
  readonly end: number;
}

/** Which rows of a long list to draw: those that the scrolled element shows, and some more. */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  { count, rowHeight }: { count: number; rowHeight: number },
): Window {
  const [seen, setSeen] = useState({ first: 0, end: 40 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const update = () => {
      const first = Math.floor(element.scrollTop / rowHeight);
      const end = first + Math.ceil(element.clientHeight / rowHeight) + 1;
      setSeen((last) => (last.first === first && last.end === end ? last : { first, end }));
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, [scroller, rowHeight]);
  return {
    first: Math.max(0, Math.min(seen.first, count) - BEYOND),
    end: Math.min(count, seen.end + BEYOND),
  };
}
