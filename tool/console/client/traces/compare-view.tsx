import { useCallback, useMemo, useState } from 'preact/hooks';

import { type PairNode, pairTrees } from '../../../trace/difference.ts';
import type { Span } from '../../../trace/span.ts';
import type { Live } from '../live/use-live.ts';
import { go } from '../parts/route.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import { Axis } from './axis.tsx';
import { CompareHead } from './compare-head.tsx';
import { DifferenceCell } from './difference-cell.tsx';
import { rowHeightPixels } from './row-height.ts';
import { SpanBar } from './span-bar.tsx';
import { durationText, isInFlight } from './span-facts.ts';
import { SpanName } from './span-name.tsx';
import { timeScale } from './time-scale.ts';
import { TraceNotThere } from './trace-not-there.tsx';
import { TreeGrid } from './tree-grid.tsx';
import { useNow } from './use-now.ts';
import { type LoadedTrace, useTrace } from './use-trace.ts';

export interface CompareViewProps {
  readonly before: string;
  readonly after: string;
  readonly live: Live;
  readonly layout: 'wide' | 'narrow';
}

/** Two traces side by side, as before and after an edit. */
export function CompareView({ before, after, live, layout }: CompareViewProps) {
  const left = useTrace(before, live);
  const right = useTrace(after, live);
  useShortcuts({ Escape: () => go({ view: 'trace', traceId: after }) });
  if (!left.trace) return <TraceNotThere state={left.state} traceId={before} />;
  if (!right.trace) return <TraceNotThere state={right.state} traceId={after} />;
  return <Comparison left={left.trace} right={right.trace} layout={layout} />;
}

interface ComparisonProps extends Pick<CompareViewProps, 'layout'> {
  readonly left: LoadedTrace;
  readonly right: LoadedTrace;
}

function Comparison({ left, right, layout }: ComparisonProps) {
  const [selected, setSelected] = useState<string>();
  const roots = useMemo(() => pairTrees(left.roots, right.roots), [left, right]);
  const now = useNow([...left.spans, ...right.spans].some(isInFlight));
  const keyOf = useCallback(pairKey, []);

  // One length for both, so that bars can be compared.
  const scales = { before: timeScale(left.spans, now), after: timeScale(right.spans, now) };
  const lengthMs = Math.max(scales.before.lengthMs, scales.after.lengthMs);
  const cell = (span: Span | undefined, side: 'before' | 'after') => (
    <div role="gridcell" class={`side-cell ${side}`}>
      {span ? (
        <>
          <span class="bar-cell">
            <SpanBar span={span} scale={{ ...scales[side], lengthMs }} now={now} />
          </span>
          <span class="duration-cell">{durationText(span, now)}</span>
        </>
      ) : (
        <span class="sr-only">not there</span>
      )}
    </div>
  );
  return (
    <div class="trace-view">
      <CompareHead left={left} right={right} roots={roots} />
      <TreeGrid
        class="comparison"
        label="Spans of both traces"
        roots={roots}
        keyOf={keyOf}
        selected={selected}
        onSelect={setSelected}
        rowHeight={rowHeightPixels(layout) + (layout === 'narrow' ? rowHeightPixels('narrow') / 2 : 0)}
        rowClass={({ before, after }) => (!before ? 'added' : !after ? 'removed' : '')}
        header={
          <>
            <div role="columnheader">Span</div>
            <div role="columnheader" class="side-cell">
              <Axis lengthMs={lengthMs} />
              <span class="duration-cell">before</span>
            </div>
            <div role="columnheader" class="side-cell">
              <Axis lengthMs={lengthMs} />
              <span class="duration-cell">after</span>
            </div>
            <div role="columnheader" class="difference-cell">
              Difference
            </div>
          </>
        }
        name={({ node, parent }) => {
          const span = (node.after ?? node.before) as Span;
          return <SpanName span={span} parent={parent?.node.after ?? parent?.node.before} />;
        }}
        cells={({ node }) => (
          <>
            {cell(node.before, 'before')}
            {cell(node.after, 'after')}
            <DifferenceCell pair={node} />
          </>
        )}
      />
    </div>
  );
}

/** A removed span may have the id of another trace's span. */
function pairKey({ before, after }: PairNode): string {
  return after?.spanId ?? `before-${before?.spanId}`;
}
