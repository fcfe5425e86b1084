import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { remPixels } from '../parts/use-rem.ts';
import { percent, ticks } from './time-scale.ts';

/** From tick to tick at least, in rem. */
const TICK_REM = 5.5;
/** What a tick's text needs; the last one may have less than that behind it. */
const TEXT_REM = 3;

/** The time axis above the bars: as many round times as have room. */
export function Axis({ lengthMs }: { readonly lengthMs: number }) {
  const ref = useRef<HTMLDivElement>(null);
  const [widthRem, setWidthRem] = useState(4 * TICK_REM);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const update = () => setWidthRem(element.clientWidth / remPixels());
    const observer = new ResizeObserver(update);
    observer.observe(element);
    update();
    return () => observer.disconnect();
  }, []);

  const shown = ticks(lengthMs, Math.max(1, Math.floor(widthRem / TICK_REM)));
  const step = percent(shown[1]?.at ?? 1);
  useLayoutEffect(() => {
    // The lines below the ticks are drawn by the rows, see tree-grid.css.
    ref.current?.closest<HTMLElement>('.tree-grid')?.style.setProperty('--tick-step', step);
  }, [step]);
  return (
    <div class="axis" ref={ref}>
      {shown
        .filter(({ at }) => (1 - at) * widthRem >= TEXT_REM)
        .map(({ at, text }) => (
          <span class="tick" style={{ left: percent(at) }} key={text}>
            {text}
          </span>
        ))}
    </div>
  );
}
