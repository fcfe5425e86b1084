import { type AttributeValue, isError, serviceName } from './span.ts';
import { type Trace, traceDurationMs } from './trace.ts';

export interface TraceFilter {
  readonly matches: (trace: Trace) => boolean;
  /** What is wrong with the text, as problem and mend; the filter then takes every trace. */
  readonly problem?: string;
}

type Condition = (trace: Trace) => boolean;

/** A term: quotes hold white space together, and a backslash in them a quote. */
const TERM = /(?:[^\s"]|"(?:[^"\\]|\\.)*")+|"/g;
const DURATION = /^(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|min)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  min: 60_000,
};

/**
 * The traces that a person asks for: terms with white space between, each of which must hold of the trace, though not of one and the same span.
 *
 *     error            a span of it failed
 *     >200ms  <=1.5s   how long it took; one with a span in flight has no duration yet
 *     user.id=ada      an attribute of a span, an event or a resource; user.id="" for an empty one
 *     checkout         a text, small or capital, in a name, a service, an attribute's value, a status message or the trace id
 *     "GET /items"     the same, with white space or a sign in it
 *     -term            not so
 */
export function parseFilter(text: string): TraceFilter {
  try {
    const conditions = (text.match(TERM) ?? []).map(parseTerm);
    return { matches: (trace) => conditions.every((condition) => condition(trace)) };
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    return { matches: () => true, problem: error.message };
  }
}

class FilterProblem extends Error {}

function parseTerm(term: string): Condition {
  if (term.startsWith('-')) return negated(term);
  if (term === 'error') return (trace) => trace.spans.some(isError);

  const [, comparison, limit = ''] = /^([<>]=?)(.*)$/.exec(term) ?? [];
  if (comparison) return duration(comparison, limit);

  const [, key, value = ''] = /^([^="]+)=(.*)$/.exec(term) ?? [];
  return key ? attribute(key, value) : text(unquote(term));
}

function negated(term: string): Condition {
  if (term === '-') throw new FilterProblem('- has nothing to negate. → Put a term behind it: -error.');
  const condition = parseTerm(term.slice(1));
  return (trace) => !condition(trace);
}

function duration(comparison: string, text: string): Condition {
  const [, number, unit = ''] = DURATION.exec(text) ?? [];
  const factor = UNIT_MS[unit];
  if (number === undefined || factor === undefined) {
    throw new FilterProblem(
      `${comparison}${text} is no duration. → Write one with its unit: ${comparison}200ms.`,
    );
  }
  const limit = Number(number) * factor;
  return (trace) => {
    const ms = traceDurationMs(trace);
    if (ms === undefined) return false;
    if (ms === limit) return comparison.endsWith('=');
    return comparison.startsWith('>') ? ms > limit : ms < limit;
  };
}

function attribute(key: string, value: string): Condition {
  if (value === '') throw new FilterProblem(`${key}= has no value. → Put one behind it: ${key}=ada.`);
  const wanted = unquote(value);
  return (trace) => {
    for (const attributes of attributesOf(trace)) {
      const found = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
      if (found !== undefined && textsOf(found).includes(wanted)) return true;
    }
    return false;
  };
}

function text(wanted: string): Condition {
  const small = wanted.toLowerCase();
  return (trace) => {
    for (const found of allTexts(trace)) if (found.toLowerCase().includes(small)) return true;
    return false;
  };
}

function* allTexts(trace: Trace): Generator<string> {
  yield trace.traceId;
  for (const span of trace.spans) {
    yield span.name;
    yield serviceName(span);
    yield span.status.message ?? '';
    for (const event of span.events) yield event.name;
  }
  for (const attributes of attributesOf(trace)) {
    for (const value of Object.values(attributes)) yield* textsOf(value);
  }
}

/** Resources once each, although many spans share them. */
function* attributesOf({ spans }: Trace) {
  const resources = new Set(spans.map(({ resource }) => resource));
  for (const { attributes } of resources) yield attributes;
  for (const span of spans) {
    yield span.attributes;
    for (const event of span.events) yield event.attributes;
  }
}

/** A list is as good as each of its items. */
function textsOf(value: AttributeValue): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(textsOf);
}

function unquote(value: string): string {
  if (value === '"' || (value.includes('"') && !/^"(?:[^"\\]|\\.)*"$/.test(value))) {
    throw new FilterProblem(
      'A quote is not closed, or stands within a word. → Put it around the whole: "GET /items".',
    );
  }
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
