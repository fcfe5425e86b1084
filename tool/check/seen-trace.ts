import { inject } from 'vitest';
import { renderMarkedTree } from '../terminal/marked-tree.ts';
import { describeQuery, type SpanQuery, select } from '../trace/select.ts';
import { durationMs, type Span } from '../trace/span.ts';

const traces = new WeakMap<Span, SeenTrace>();

/** The spans that a check looks at together: those of one request, or all of one run. */
export class SeenTrace {
  /** What these spans belong to, such as `GET /items`. */
  readonly label: string;
  readonly spans: readonly Span[];

  constructor(label: string, spans: readonly Span[]) {
    this.label = label;
    this.spans = spans;
  }

  /** The one span that fits; the first failure of a check is that nothing does. */
  span(query: SpanQuery): Span {
    const [first] = this.all(query);
    if (!first)
      throw new TraceMismatch(`Expected ${describeQuery(query)} in the trace of ${this.label}.`, this, {
        missing: query,
      });
    return first;
  }

  all(query: SpanQuery): Span[] {
    const found = select(this.spans, query);
    for (const span of found) traces.set(span, this);
    return found;
  }

  /** The span, known from now on as one of this trace: a failed expectation draws it there. */
  own(span: Span): Span {
    traces.set(span, this);
    return span;
  }

  /** The SERVER span of the request. */
  get server(): Span {
    return this.span({ kind: 'SERVER' });
  }
}

export interface Marks {
  readonly missing?: SpanQuery;
  readonly marked?: readonly (readonly [Span, string])[];
  /** Attributes to draw after each name. */
  readonly show?: readonly string[];
}

/** A failed expectation about a trace: one sentence, then the trace that arrived with the difference marked. */
export class TraceMismatch extends Error {
  override readonly name = 'AssertionError';

  constructor(sentence: string, trace: SeenTrace, marks: Marks) {
    super(describeMismatch(sentence, trace, marks));
  }
}

export function describeMismatch(
  sentence: string,
  trace: SeenTrace,
  { missing, marked = [], show = [] }: Marks,
): string {
  const tree = renderMarkedTree(trace.spans, {
    columns: inject('columns'),
    colour: false,
    marks: new Map(marked.map(([span, text]) => [span.spanId, text])),
    missing: missing ? [{ text: describeQuery(missing) }] : [],
    show: [...show],
  });
  return `${sentence}\n\n${tree}`;
}

/** The trace that a span was taken from; a trace of its own for a span from elsewhere. */
export function traceOf(span: Span): SeenTrace {
  return traces.get(span) ?? new SeenTrace(span.name, [span]);
}

/** A span's length as a check compares it; a span in flight has none. */
export function lengthMs(span: Span): number {
  return durationMs(span) ?? Number.NaN;
}
