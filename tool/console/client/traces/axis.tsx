import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { remPixels } from '../parts/use-rem.ts';
import { percent, ticks } from './time-scale.ts';

/** A tick's text needs so much room, in rem. */
const TICK_REM = 5.5;

/** The time axis above the bars: as many round times as have room. */
export function Axis({ lengthMs, label }: { readonly lengthMs: number; readonly label: string }) {
  const ref = useRef<HTMLDivElement>(null);
  const [most, setMost] = useState(4);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const update = () => setMost(Math.max(1, Math.floor(element.clientWidth / (TICK_REM * remPixels()))));
    const observer = new ResizeObserver(update);
    observer.observe(element);
    update();
    return () => observer.disconnect();
  }, []);

  const shown = ticks(lengthMs, most);
  const step = percent(shown[1]?.at ?? 1);
  useLayoutEffect(() => {
    // The lines below the ticks are drawn by the rows, see tree-grid.css.
    ref.current?.closest<HTMLElement>('.tree-grid')?.style.setProperty('--tick-step', step);
  }, [step]);
  return (
    <div role="columnheader" class="axis" aria-label={label} ref={ref}>
      {shown.map(({ at, text }) => (
        <span class={`tick ${at > 0.93 ? 'last' : ''}`} style={{ left: percent(at) }} key={text}>
          {text}
        </span>
      ))}
    </div>
  );
}
