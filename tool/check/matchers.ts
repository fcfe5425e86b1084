import { inspect, isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { ancestors } from '../trace/ancestors.ts';
import { describeQuery, type SpanQuery } from '../trace/select.ts';
import type { AttributeValue, Span, SpanKind } from '../trace/span.ts';
import { describeMismatch, lengthMs, type SeenTrace, traceOf } from './seen-trace.ts';

export type ExpectedAttributes = Readonly<Record<string, AttributeValue | RegExp | undefined>>;

/** A text that is neither what the SDK says where there is no name, nor made of a missing value. */
export const ofItsOwn = /^(?!unknown_service|(undefined|null|\[object Object\])$)./;

interface TraceMatchers<R, _T> {
  /** The trace has a span that fits. */
  toHaveSpan(query: SpanQuery): R;
  /** The trace has so many spans that fit. */
  toHaveSpans(count: number, query: SpanQuery): R;
  /** The span is a child, grandchild, … of the other. */
  toBeInside(ancestor: Span): R;
  toBeNamed(name: string): R;
  toBeOfKind(kind: SpanKind): R;
  /** Each attribute has the value, fits the pattern, or (undefined) is absent. */
  toHaveAttributes(expected: ExpectedAttributes): R;
  /** The trace has spans, and each of them has the attributes, likewise. */
  toHaveOnEverySpan(expected: ExpectedAttributes): R;
  /** The resource of the span, likewise. */
  toHaveResource(expected: ExpectedAttributes): R;
  toHaveStatus(code: Span['status']['code']): R;
  toLastAtLeast(ms: number, what: string): R;
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends TraceMatchers<R, T> {}
}

expect.extend({
  toHaveSpan(trace: SeenTrace, query: SpanQuery) {
    const found = trace.all(query);
    const sentence = `Expected ${this.isNot ? without(query) : describeQuery(query)} in the trace of ${trace.label}.`;
    return {
      pass: found.length > 0,
      message: () =>
        describeMismatch(
          sentence,
          trace,
          this.isNot ? { marked: found.map((span) => [span, 'should not be here']) } : { missing: query },
        ),
    };
  },

  toHaveSpans(trace: SeenTrace, count: number, query: SpanQuery) {
    const found = trace.all(query);
    const what = describeQuery(query).replace(/^an? (.*?)\bspan\b/, `$1span${count === 1 ? '' : 's'}`);
    return {
      pass: found.length === count,
      message: () =>
        describeMismatch(
          `Expected ${count} ${what} in the trace of ${trace.label}, not ${found.length}.`,
          trace,
          {
            marked: found.map((span, index) => [span, `${index + 1} of ${found.length}`]),
          },
        ),
    };
  },

  toBeInside(span: Span, ancestor: Span) {
    return aboutSpan(span, isBelow(span, ancestor), {
      sentence: `Expected ${span.name} to be inside ${ancestor.name}.`,
      mark: `should be below ${ancestor.name}`,
    });
  },

  toBeNamed(span: Span, name: string) {
    return aboutSpan(span, span.name === name, {
      sentence: `Expected the ${span.kind} span of ${traceOf(span).label} to be named "${name}".`,
      mark: `should be named ${name}`,
    });
  },

  toBeOfKind(span: Span, kind: SpanKind) {
    return aboutSpan(span, span.kind === kind, {
      sentence: `Expected the span ${span.name} to be of kind ${kind}.`,
      mark: `should be ${kind}`,
    });
  },

  toHaveAttributes(span: Span, expected: ExpectedAttributes) {
    const wrong = wrongAttributes(span.attributes, expected);
    return aboutSpan(span, wrong.length === 0, {
      sentence: `Expected ${wrong.map(([, text]) => text).join(' and ')} on the ${span.kind} span ${span.name}.`,
      mark: differences(span.attributes, expected),
    });
  },

  toHaveOnEverySpan(trace: SeenTrace, expected: ExpectedAttributes) {
    const marked = trace.spans
      .filter((span) => wrongAttributes(span.attributes, expected).length > 0)
      .map((span): [Span, string] => [span, differences(span.attributes, expected)]);
    const what = Object.entries(expected).map(([key, value]) => describeExpected(key, value));
    const sentence = `Expected ${what.join(' and ')} on every span of ${trace.label}.`;
    return {
      pass: trace.spans.length > 0 && marked.length === 0,
      message: () => describeMismatch(sentence, trace, { marked }),
    };
  },

  toHaveResource(span: Span, expected: ExpectedAttributes) {
    const wrong = wrongAttributes(span.resource.attributes, expected);
    return aboutSpan(span, wrong.length === 0, {
      sentence: `Expected the resource to have ${wrong.map(([, text]) => text).join(' and ')}.`,
      mark: wrong.map(([key]) => `resource: ${key} is ${show(span.resource.attributes[key])}`).join(', '),
    });
  },

  toHaveStatus(span: Span, code: Span['status']['code']) {
    return aboutSpan(span, span.status.code === code, {
      sentence: `Expected the status of ${span.name} ${this.isNot ? 'not ' : ''}to be ${code}.`,
      mark: `status is ${span.status.code}`,
    });
  },

  toLastAtLeast(span: Span, ms: number, what: string) {
    return aboutSpan(span, lengthMs(span) >= ms, {
      sentence: `Expected ${span.name} to last as long as ${what}: ${ms.toFixed(0)} ms.`,
      mark: `lasted ${lengthMs(span).toFixed(0)} ms`,
    });
  },
});

/** `no CLIENT span with …`, for `a CLIENT span with …`. */
function without(query: SpanQuery): string {
  return describeQuery(query).replace(/^an? /, 'no ');
}

function aboutSpan(span: Span, pass: boolean, { sentence, mark }: { sentence: string; mark: string }) {
  return { pass, message: () => describeMismatch(sentence, traceOf(span), { marked: [[span, mark]] }) };
}

function isBelow(span: Span, above: Span): boolean {
  const byId = new Map(traceOf(span).spans.map((one) => [one.spanId, one]));
  return ancestors(span, byId).some(({ spanId }) => spanId === above.spanId);
}

function wrongAttributes(
  actual: Span['attributes'],
  expected: ExpectedAttributes,
): [key: string, text: string][] {
  return Object.entries(expected)
    .filter(([key, value]) => !fits(actual[key], value))
    .map(([key, value]) => [key, describeExpected(key, value)]);
}

function describeExpected(key: string, value: AttributeValue | RegExp | undefined): string {
  if (value === undefined) return `no ${key}`;
  if (value === ofItsOwn) return `a ${key} of its own`;
  return String(value) === '/./' ? `a ${key}` : `${key} = ${show(value)}`;
}

function differences(actual: Span['attributes'], expected: ExpectedAttributes): string {
  return wrongAttributes(actual, expected)
    .map(([key]) => `${key} is ${show(actual[key])}`)
    .join(', ');
}

function fits(actual: AttributeValue | undefined, expected: AttributeValue | RegExp | undefined): boolean {
  if (expected instanceof RegExp) return typeof actual === 'string' && expected.test(actual);
  return isDeepStrictEqual(actual, expected);
}

function show(value: AttributeValue | RegExp | undefined): string {
  if (value === undefined) return 'absent';
  return value instanceof RegExp ? String(value) : inspect(value);
}
