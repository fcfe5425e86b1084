import { renderDuration } from '../../../terminal/duration.ts';
import type { PairNode } from '../../../trace/difference.ts';
import { durationMs } from '../../../trace/span.ts';

/** Less is the noise of one run. */
const NOTABLE = { share: 0.1, ms: 0.5 };

/** Milliseconds by which the later span took longer; undefined where one of both is missing or in flight. */
export function durationDifference({ before, after }: PairNode): number | undefined {
  const was = before && durationMs(before);
  const is = after && durationMs(after);
  return was === undefined || is === undefined ? undefined : is - was;
}

export function signedDuration(ms: number): string {
  return `${ms > 0 ? '+' : ''}${renderDuration(ms).replace('-', '−')}`;
}

/** What became of a span from the one trace to the other, in words or as the time that it takes longer. */
export function DifferenceCell({ pair }: { readonly pair: PairNode }) {
  const { text, tone } = difference(pair);
  return (
    <div role="gridcell" class={`difference-cell ${tone}`}>
      {text}
    </div>
  );
}

function difference(pair: PairNode): { text: string; tone: string } {
  if (!pair.before) return { text: '+ added', tone: 'added-text' };
  if (!pair.after) return { text: '− removed', tone: 'removed-text' };
  const ms = durationDifference(pair);
  if (ms === undefined) return { text: 'in flight', tone: 'warn' };
  const was = durationMs(pair.before) ?? 0;
  const notable = Math.abs(ms) >= Math.max(NOTABLE.ms, Math.abs(was) * NOTABLE.share);
  return { text: signedDuration(ms), tone: !notable ? 'calm' : ms > 0 ? 'slower' : 'faster' };
}
