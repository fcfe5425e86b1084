import { ancestors } from '../trace/ancestors.ts';
import type { Span, SpanEvent } from '../trace/span.ts';
import { type AppRun, told } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import { serverSpanOf, spansOf } from './shop-exchanges.ts';
import { bare, definesSchema, isOfTransaction, literalsIn, shapeOf, tablesRead, verbIn } from './sql.ts';

/** By which names the conventions before 2025 said what the stable ones say. https://opentelemetry.io/docs/specs/semconv/db/ */
export const oldDatabaseNames: Readonly<Record<string, string>> = {
  'db.system': 'db.system.name',
  'db.name': 'db.namespace',
  'db.statement': 'db.query.text',
  'db.operation': 'db.operation.name',
  'db.sql.table': 'db.collection.name',
};

const OPENING = 'open database';
const SEEDING = 'seed database';
const DESCRIBES_QUERY = [
  'db.query.text',
  'db.operation.name',
  'db.system.name',
  ...Object.keys(oldDatabaseNames),
];

/** The spans of database queries, well described or not, without those by which the database is opened and filled. */
export function queriesAmong(spans: readonly Span[]): Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.filter(
    (span) =>
      looksLikeQuery(span) && !definesSchema(queryText(span)) && !isOpening([span, ...ancestors(span, byId)]),
  );
}

/** The queries of requests that lie inside "open database": when they run again, they are outside. */
export function readsWithinOpening(spans: readonly Span[]): Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const opening = spans.find(({ name }) => name === OPENING);
  const seeding = spans.find(({ name }) => name === SEEDING);
  if (!opening || !seeding) return [];
  const isWithin = (span: Span) => ancestors(span, byId).includes(opening);
  const queries = spans.filter(looksLikeQuery);
  const again = new Set(queries.filter((span) => !isWithin(span)).map(queryText));
  return queries.filter(
    (span) =>
      again.has(queryText(span)) &&
      /^(select|with)\b/i.test(bare(queryText(span))) &&
      span.startTimeUnixNano >= (seeding.endTimeUnixNano ?? Infinity) &&
      isWithin(span),
  );
}

/** The query spans that lie inside no SERVER span, without those from before the first request. */
export function strayQueries({ spans, exchanges }: Pick<AppRun, 'spans' | 'exchanges'>): Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const firstAt = Math.min(...exchanges.map(({ startedAt }) => startedAt));
  return queriesAmong(spans).filter(
    (span) =>
      Number(span.startTimeUnixNano / 1_000_000n) >= firstAt - 1 &&
      !ancestors(span, byId).some(({ kind }) => kind === 'SERVER'),
  );
}

const aSecond = 1_000_000_000n;

/**
 * A query span, or that of the opening, that lies long before or after its request; or a span whose end was given as
 * long before its start.
 */
export function mistimedQuery(
  run: AppRun,
): readonly [Span, what: 'early' | 'late' | 'no length'] | undefined {
  for (const request of run.exchanges) {
    const server = serverSpanOf(run, request);
    const opening = server && spansOf(run, request).filter(({ name }) => name === OPENING);
    for (const span of [...(opening ?? []), ...queriesOf(run, request)]) {
      const { startTimeUnixNano: start, endTimeUnixNano: end = start } = span;
      if (!server?.endTimeUnixNano) continue;
      if (start < server.startTimeUnixNano - aSecond) return [span, 'early'];
      if (end > server.endTimeUnixNano + aSecond) return [span, 'late'];
    }
  }
  if (!told(run, 'diag').some(({ message }) => tellsOfEarlyEnd(message))) return undefined;
  const span = queriesAmong(run.spans).find((one) => one.startTimeUnixNano === one.endTimeUnixNano);
  return span && [span, 'no length'];
}

/** OpenTelemetry names both times, in seconds and nanoseconds; where two clocks are a little apart it says so too. */
function tellsOfEarlyEnd(message: string): boolean {
  const [, ...times] =
    /Inconsistent start and end time.*\[(\d+),(\d+)\] \[(\d+),(\d+)\]/s.exec(message)?.map(Number) ?? [];
  const [startS = 0, startNs = 0, endS = 0, endNs = 0] = times;
  return startS - endS + (startNs - endNs) / 1e9 > 0.1;
}

/** The query spans of one request. */
export function queriesOf(run: Pick<AppRun, 'spans' | 'exchanges'>, request: Exchange): Span[] {
  return queriesAmong(spansOf(run, request));
}

export function queryText({ attributes }: Span): string {
  return String(attributes['db.query.text'] ?? attributes['db.statement'] ?? '');
}

/** Those that read or write: without BEGIN, COMMIT and the like. */
export function withoutTransactions(queries: readonly Span[]): Span[] {
  return queries.filter((query) => !isOfTransaction(queryText(query)));
}

/** What a query does, by the first word of its text; undefined where that is none of the four. */
export function verbOf(query: Span): string | undefined {
  return verbIn(queryText(query));
}

/** The queries that lie inside of another one, and which that is. */
export function nestedQueries(queries: readonly Span[]): (readonly [inner: Span, outer: Span])[] {
  const statements = queries.filter(verbOf);
  const byId = new Map(statements.map((span) => [span.spanId, span]));
  return statements.flatMap((inner) => {
    const [outer] = ancestors(inner, byId);
    return outer ? [[inner, outer] as const] : [];
  });
}

/**
 * A query whose text has a value in it: in another request there is another one in that place. Texts that are written
 * with different literals come in all requests.
 */
export function changingText(queries: readonly Span[]): Span | undefined {
  const literals = (some: readonly Span[]) =>
    [...new Set(some.map((query) => literalsIn(queryText(query)).join()))].toSorted().join(';');
  const byShape = Map.groupBy(queries, (query) => shapeOf(queryText(query)));
  for (const alike of byShape.values()) {
    const [first = [], ...others] = Map.groupBy(alike, ({ traceId }) => traceId).values();
    if (others.some((other) => literals(other) !== literals(first))) return first[0];
  }
  return undefined;
}

/** The names of the spans of each text. */
export function namesByText(queries: readonly Span[]): Map<string, Set<string>> {
  const described = queries.filter((query) => queryText(query) !== '');
  return new Map(
    [...Map.groupBy(described, queryText)].map(([text, alike]) => [
      text,
      new Set(alike.map(({ name }) => name)),
    ]),
  );
}

/** A query whose summary is another one the next time that its text runs. */
export function changingSummary(queries: readonly Span[]): Span | undefined {
  const byText = Map.groupBy(queries, queryText);
  for (const [first, ...others] of byText.values()) {
    if (first && others.some((other) => summaryOf(other) !== summaryOf(first))) return first;
  }
  return undefined;
}

/** All that an event says beside its name, the exception's own text included; or a link. */
export function textOfEvent({ attributes }: Pick<SpanEvent, 'attributes'>): string {
  return Object.values(attributes).map(String).join(' ');
}

export function summaryOf({ attributes }: Span): string {
  return String(attributes['db.query.summary'] ?? '');
}

/**
 * The attribute that has to name the tables of a query. One of several tables is about no single collection, there the
 * conventions ask for a summary; undefined where that is there, and for what is about no table at all, as BEGIN is.
 */
export function attributeOfTables(query: Span): 'db.collection.name' | 'db.query.summary' | undefined {
  const operation = String(query.attributes['db.operation.name']).toUpperCase();
  const text = queryText(query);
  if (!['SELECT', 'INSERT', 'UPDATE', 'DELETE'].includes(operation) || text === '') return undefined;
  if (/\bselect\b/i.test(text) && 'db.query.summary' in query.attributes) return undefined;
  const { size } = new Set(tablesRead(text));
  if (operation === 'SELECT' && size === 0) return undefined;
  return size > 1 && !('db.collection.name' in query.attributes) ? 'db.query.summary' : 'db.collection.name';
}

/**
 * The queries whose names tell nobody what they do: without a name, named by their whole text, or named alike though one
 * reads and the other writes.
 */
export function namedBadly(queries: readonly Span[]): Span[] {
  const alike = (one: Span, other: Span) => {
    const [first, second] = [verbOf(one), verbOf(other)];
    return one.name === other.name && first && second && first !== second;
  };
  return queries.filter(
    (query) =>
      query.name.trim() === '' ||
      isHollow(query) ||
      // BEGIN and COMMIT are both.
      (query.name === queryText(query) && /\s\w+\s/.test(query.name)) ||
      queries.some((other) => alike(query, other)),
  );
}

/** Whether a value that is not there was put into the name, as in `SELECT undefined`. */
export function isHollow({ name }: Span): boolean {
  return /\b(undefined|NaN)\b|\[object \w+\]/.test(name);
}

/** The collection that a query names and its text does not; undefined where it is there, or none is named. */
export function strangeCollection(query: Span): string | undefined {
  const collection = query.attributes['db.collection.name'];
  if (typeof collection !== 'string') return undefined;
  const words: readonly string[] = queryText(query).toLowerCase().match(/\w+/g) ?? [];
  const tables = collection.toLowerCase().match(/\w+/g) ?? [];
  return tables.some((table) => words.includes(table)) ? undefined : collection;
}

function looksLikeQuery({ scope, kind, attributes }: Span): boolean {
  if (/^@opentelemetry\/instrumentation-(http|express|undici)$/.test(scope.name)) return false;
  return kind === 'CLIENT' || DESCRIBES_QUERY.some((key) => key in attributes);
}

function isOpening(spans: readonly Span[]): boolean {
  return spans.some(({ name }) => name === OPENING || name === SEEDING);
}
