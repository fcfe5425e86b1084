import { useCallback, useMemo, useState } from 'preact/hooks';

import { type PairNode, pairTrees } from '../../../trace/difference.ts';
import { isError, type Span } from '../../../trace/span.ts';
import type { Live } from '../live/use-live.ts';
import { Icon } from '../parts/icons.tsx';
import { go, routeHash } from '../parts/route.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import { count, inRow } from '../parts/text.ts';
import { Axis } from './axis.tsx';
import { DifferenceCell, durationDifference, signedDuration } from './difference-cell.tsx';
import { rowHeightPixels } from './row-height.ts';
import { SpanBar } from './span-bar.tsx';
import { clockText, durationText, isInFlight } from './span-facts.ts';
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

function CompareHead({
  left,
  right,
  roots,
}: Omit<ComparisonProps, 'layout'> & { roots: readonly PairNode[] }) {
  const { added, removed } = countChanges(roots);
  const [first] = roots;
  const difference = first && durationDifference(first);
  return (
    <header class="view-head">
      <a
        class="button quiet icon-only"
        href={routeHash({ view: 'trace', traceId: right.detail.traceId })}
        aria-label="Back to the trace"
        title="Back (Esc)"
      >
        <Icon name="back" />
      </a>
      <div class="view-title">
        <h2>
          <TraceLink trace={left} word="Before" /> <TraceLink trace={right} word="After" />
        </h2>
        <p class="facts">
          {difference !== undefined && <strong>{signedDuration(difference)}</strong>}
          {added > 0 && <span class="good">+ {count(added, 'span')} added</span>}
          {removed > 0 && <span class="bad">− {count(removed, 'span')} removed</span>}
          {added + removed === 0 && <span>the same spans in both</span>}
        </p>
      </div>
      <div class="view-actions">
        <a
          class="button quiet"
          href={routeHash({ view: 'compare', before: right.detail.traceId, after: left.detail.traceId })}
        >
          Swap
        </a>
        <a class="button quiet" href={routeHash({ view: 'choose', before: left.detail.traceId })}>
          Choose another
        </a>
      </div>
    </header>
  );
}

function TraceLink({ trace, word }: { readonly trace: LoadedTrace; readonly word: string }) {
  const [root] = trace.roots;
  const failed = trace.spans.some(isError);
  return (
    <span class="compared">
      <span class="word">{word}</span>
      <a href={routeHash({ view: 'trace', traceId: trace.detail.traceId })}>
        <bdi>{inRow(root?.span.name ?? '')}</bdi>
      </a>
      <span class="note">
        {root && clockText(String(root.span.startTimeUnixNano))}
        {failed && ' ✗ error'}
      </span>
    </span>
  );
}

function countChanges(roots: readonly PairNode[]): { added: number; removed: number } {
  const counts = { added: 0, removed: 0 };
  const waiting = [...roots];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (!node.before) counts.added += 1;
    if (!node.after) counts.removed += 1;
    for (const child of node.children) waiting.push(child);
  }
  return counts;
}
