import { isDeepStrictEqual } from 'node:util';
import { type AttributeValue, type Span, type SpanKind, type SpanStatus, serviceName } from './span.ts';

/**
 * What a span must be: `{ kind: 'CLIENT', 'db.system.name': 'sqlite' }`. Every key but these four is an attribute's;
 * an attribute that is `undefined` here must be absent from the span. A `RegExp` must match somewhere in the text.
 */
export interface SpanQuery {
  readonly name?: string | RegExp | undefined;
  readonly kind?: SpanKind | undefined;
  readonly status?: SpanStatus['code'] | undefined;
  readonly service?: string | RegExp | undefined;
  readonly [attribute: string]: AttributeValue | RegExp | undefined;
}

/** The spans that match, in the order in which they came. */
export function select(spans: readonly Span[], query: SpanQuery): Span[] {
  return spans.filter((span) => matches(span, query));
}

/** Whether the span is what the query asks for; an empty query takes every span. */
export function matches(span: Span, query: SpanQuery): boolean {
  const { name, kind, status, service, ...attributes } = query;
  return (
    fieldMatches(span.name, name) &&
    fieldMatches(span.kind, kind) &&
    fieldMatches(span.status.code, status) &&
    fieldMatches(serviceName(span), service) &&
    Object.entries(attributes).every(([key, wanted]) => valueMatches(attribute(span, key), wanted))
  );
}

/**
 * The query as one line: `a CLIENT span with db.system.name = sqlite`,
 * `a span named GET /items of service shop with status ERROR, without user.id`.
 */
export function describeQuery(query: SpanQuery): string {
  const { name, kind, status, service, ...attributes } = query;
  const wanted = Object.entries(attributes);
  const having = wanted.filter(([, value]) => value !== undefined).map(([key, value]) => key + sign(value));
  const lacking = wanted.filter(([, value]) => value === undefined).map(([key]) => key);
  if (status) having.unshift(`status ${status}`);

  let text = `${kind && /^[AIU]/.test(kind) ? 'an' : 'a'} ${kind ? `${kind} ` : ''}span`;
  if (name !== undefined) text += name instanceof RegExp ? ` with a name like ${name}` : ` named ${name}`;
  if (service !== undefined) text += ` of service ${service}`;
  if (having.length > 0) text += ` ${name instanceof RegExp ? 'and' : 'with'} ${list(having)}`;
  if (lacking.length > 0) text += `${having.length > 0 ? ',' : ''} without ${list(lacking)}`;
  return text;
}

/** An attribute's value as a learner would write it; a string that looks like another type is put in quotes. */
export function describeValue(value: AttributeValue): string {
  if (typeof value === 'string') return LOOKS_UNLIKE_TEXT.test(value) ? JSON.stringify(value) : value;
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}

const LOOKS_UNLIKE_TEXT = /^(|true|false|null|undefined|[-+]?\d+(\.\d+)?)$/;

/** Own properties only: a span has no attribute called `constructor` unless somebody set it. */
function attribute(span: Span, key: string): AttributeValue | undefined {
  return Object.hasOwn(span.attributes, key) ? span.attributes[key] : undefined;
}

function fieldMatches(value: string, wanted: string | RegExp | undefined): boolean {
  return wanted === undefined || valueMatches(value, wanted);
}

function valueMatches(
  value: AttributeValue | undefined,
  wanted: AttributeValue | RegExp | undefined,
): boolean {
  if (!(wanted instanceof RegExp)) return isDeepStrictEqual(value, wanted);
  if (value === undefined || value === null || typeof value === 'object') return false;
  // `search` starts at 0 every time, where `test` of a /g expression goes on from its last match.
  return String(value).search(wanted) !== -1;
}

function sign(wanted: AttributeValue | RegExp | undefined): string {
  if (wanted instanceof RegExp) return ` like ${wanted}`;
  return wanted === undefined ? '' : ` = ${describeValue(wanted)}`;
}

function list(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
