import type { PairNode } from '../../../trace/difference.ts';
import { isError } from '../../../trace/span.ts';
import { Icon } from '../parts/icons.tsx';
import { routeHash } from '../parts/route.ts';
import { count, inRow } from '../parts/text.ts';
import { durationDifference, signedDuration } from './difference-cell.tsx';
import { clockText } from './span-facts.ts';
import type { LoadedTrace } from './use-trace.ts';

export interface CompareHeadProps {
  readonly left: LoadedTrace;
  readonly right: LoadedTrace;
  readonly roots: readonly PairNode[];
}

/** Which two traces, and what changed from one to the other in all. */
export function CompareHead({ left, right, roots }: CompareHeadProps) {
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
