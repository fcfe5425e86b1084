import { useCallback } from 'preact/hooks';
import { isError, type Span } from '../../../trace/span.ts';
import type { SpanNode } from '../../../trace/tree.ts';
import { Axis } from './axis.tsx';
import { SpanBar } from './span-bar.tsx';
import { durationText, isInFlight } from './span-facts.ts';
import { SpanName } from './span-name.tsx';
import { timeScale } from './time-scale.ts';
import { TreeGrid } from './tree-grid.tsx';
import { useNow } from './use-now.ts';

export interface WaterfallProps {
  readonly spans: readonly Span[];
  readonly roots: readonly SpanNode[];
  readonly selected: string | undefined;
  readonly onSelect: (spanId: string) => void;
  readonly rowHeight: number;
}

/** The spans of one trace as a tree, each with its bar on the trace's time axis. */
export function Waterfall({ spans, roots, selected, onSelect, rowHeight }: WaterfallProps) {
  const now = useNow(spans.some(isInFlight));
  const scale = timeScale(spans, now);
  const keyOf = useCallback((node: SpanNode) => node.span.spanId, []);
  return (
    <TreeGrid
      class="waterfall"
      label="Spans of the trace"
      roots={roots}
      keyOf={keyOf}
      selected={selected}
      onSelect={onSelect}
      rowHeight={rowHeight}
      rowClass={({ span }) => (isError(span) ? 'failed' : '')}
      header={
        <>
          <div role="columnheader">Span</div>
          <div role="columnheader" class="axis-cell" aria-label="Time since the trace's start">
            <Axis lengthMs={scale.lengthMs} />
          </div>
          <div role="columnheader" class="duration-cell">
            Duration
          </div>
        </>
      }
      name={({ node, parent }) => <SpanName span={node.span} parent={parent?.node.span} place={node} />}
      cells={({ node }) => (
        <>
          <div role="gridcell" class="bar-cell">
            <SpanBar span={node.span} scale={scale} now={now} />
          </div>
          <div role="gridcell" class={`duration-cell ${isInFlight(node.span) ? 'open' : ''}`}>
            {durationText(node.span, now)}
          </div>
        </>
      )}
    />
  );
}
