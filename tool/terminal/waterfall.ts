import { isError, type Span, serviceName } from '../trace/span.ts';
import { buildTraceTree, type SpanNode, walkTree } from '../trace/tree.ts';
import { renderDuration } from './duration.ts';
import { type Piece, renderLine, type Screen } from './line.ts';
import { treeRows } from './rows.ts';
import { count, NO_SPAN, spanName, spanService } from './span-text.ts';
import { sanitize } from './text.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';
import { tableLines } from './waterfall-table.ts';

export interface WaterfallOptions extends Screen {
  /** Unix nanoseconds, to which the bars of spans in flight reach; without it they reach to the last end. */
  readonly now?: bigint;
  /** A trace of more spans is folded to about as many lines; 40 where not given. */
  readonly maxLines?: number;
}

/**
 * One trace as a waterfall: a header, then a line a span with its bar on the trace's time axis.
 * No line is wider than `columns`; below 50 columns the bars are left out. Lines are joined by newlines, without one at the end.
 * In a long trace siblings of one name and deep subtrees become one line each. Spans that failed stay, up to `maxLines` of them;
 * the line that stands for any more says how many.
 */
export function renderTrace(spans: readonly Span[], options: WaterfallOptions): string {
  const roots = buildTraceTree(spans);
  if (roots.length === 0) return renderLine([{ text: NO_SPAN }], options);

  const arrived = [...walkTree(roots)].map(({ node }) => node);
  const axis = timeAxis(spans, options.now);
  const top = localRoot(roots);
  const maxLines = options.maxLines ?? 40;
  const rows = treeRows(roots, {
    maxLines,
    maxRoots: Number.POSITIVE_INFINITY,
    important: isError,
    maxImportant: maxLines,
    guideWidth: Math.max(6, 2 * Math.floor(options.columns / 8)),
  });

  const severalServices = new Set(arrived.map(({ span }) => serviceName(span))).size > 1;
  const table = tableLines(rows, { axis, columns: options.columns, severalServices, described: top });
  return [header(arrived, { axis, top }), ...table].map((line) => renderLine(line, options)).join('\n');
}

/** The first span that began here; an orphan only when there is no other root. */
function localRoot(roots: readonly SpanNode[]): SpanNode | undefined {
  return roots.find(({ orphan }) => !orphan) ?? roots[0];
}

function header(
  nodes: readonly SpanNode[],
  { axis, top }: { readonly axis: TimeAxis; readonly top: SpanNode | undefined },
): Piece[] {
  const errors = nodes.filter(({ span }) => isError(span)).length;
  const open = nodes.filter(({ span }) => span.endTimeUnixNano === undefined).length;
  const orphans = nodes.filter(({ orphan, parentCycle }) => orphan && !parentCycle).length;

  const parts: Piece[] = [
    { text: `trace ${sanitize(top?.span.traceId ?? '').slice(0, 8)}`, style: 'bold' },
    { text: services(nodes) },
    { text: renderDuration(Number(axis.end - axis.start) / 1e6) },
    { text: count(nodes.length, 'span') },
  ];
  if (errors > 0) parts.push({ text: `✗ ${count(errors, 'error')}`, style: ['red', 'bold'] });
  if (open > 0) parts.push({ text: `${open} in flight`, style: 'yellow' });
  if (orphans > 0) parts.push({ text: `${count(orphans, 'orphan')} (parent not received)`, style: 'yellow' });
  if (top) parts.push({ text: spanName(top.span), style: 'bold' });
  return parts.flatMap((part, at) => (at === 0 ? [part] : [{ text: ' · ', style: 'dim' } as const, part]));
}

function services(nodes: readonly SpanNode[]): string {
  const byName = new Map(nodes.map(({ span }) => [serviceName(span), span]));
  const names = [...byName.values()].slice(0, 3).map(spanService);
  return names.join(', ') + (byName.size > 3 ? ` and ${byName.size - 3} more` : '');
}
