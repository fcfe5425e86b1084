import type { Span } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import { jsonOf } from './expectations.ts';
import { additions, serverSpanOf } from './shop-exchanges.ts';

/** By which names the conventions before 2025 said what the stable ones say. https://opentelemetry.io/docs/specs/semconv/db/ */
export const oldDatabaseNames: Readonly<Record<string, string>> = {
  'db.system': 'db.system.name',
  'db.name': 'db.namespace',
  'db.statement': 'db.query.text',
  'db.operation': 'db.operation.name',
  'db.sql.table': 'db.collection.name',
};

const OPENING = ['open database', 'seed database'];
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
    (span) => looksLikeQuery(span) && !definesSchema(span) && !isOpening([span, ...ancestors(span, byId)]),
  );
}

/** The spans that stand around this one, the nearest first, as far as they are here. */
export function ancestors(span: Span, byId: ReadonlyMap<string, Span>): Span[] {
  const found: Span[] = [];
  let next = byId.get(span.parentSpanId ?? '');
  while (next && !found.includes(next)) {
    found.push(next);
    next = byId.get(next.parentSpanId ?? '');
  }
  return found;
}

/** The query spans that lie inside no SERVER span. */
export function strayQueries(spans: readonly Span[]): Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return queriesAmong(spans).filter((span) => !ancestors(span, byId).some(({ kind }) => kind === 'SERVER'));
}

/** The query spans in the trace of one request. */
export function queriesOf(run: Pick<AppRun, 'spans'>, request: Exchange): Span[] {
  const server = serverSpanOf(run, request);
  return queriesAmong(run.spans.filter(({ traceId }) => traceId === server?.traceId));
}

export function queryText({ attributes }: Span): string {
  return String(attributes['db.query.text'] ?? attributes['db.statement'] ?? '');
}

/**
 * A query of several tables is about no single collection, there the conventions ask for a summary; BEGIN is about none
 * at all.
 */
export function needsCollection(query: Span): boolean {
  const operation = String(query.attributes['db.operation.name']).toUpperCase();
  if (!['SELECT', 'INSERT', 'UPDATE', 'DELETE'].includes(operation)) return false;
  return !(/\bselect\b/i.test(queryText(query)) && 'db.query.summary' in query.attributes);
}

/**
 * The queries whose names tell nobody what they do: without a name, named by their whole text, or named alike though one
 * reads and the other writes.
 */
export function namedBadly(queries: readonly Span[]): Span[] {
  const does = (query: Span) =>
    /^\s*(select|insert|update|delete)\b/.exec(queryText(query).toLowerCase())?.[1];
  const alike = (one: Span, other: Span) => {
    const [first, second] = [does(one), does(other)];
    return one.name === other.name && first && second && first !== second;
  };
  return queries.filter(
    (query) =>
      query.name.trim() === '' ||
      // BEGIN and COMMIT are both.
      (query.name === queryText(query) && /\s\w+\s/.test(query.name)) ||
      queries.some((other) => alike(query, other)),
  );
}

/** The collection that a query names and its text does not; undefined where it is there, or none is named. */
export function strangeCollection(query: Span): string | undefined {
  const collection = query.attributes['db.collection.name'];
  if (typeof collection !== 'string') return undefined;
  const words: readonly string[] = queryText(query).toLowerCase().match(/\w+/g) ?? [];
  const tables = collection.toLowerCase().match(/\w+/g) ?? [];
  return tables.some((table) => words.includes(table)) ? undefined : collection;
}

/**
 * Whether the queries of a request can be about the stock of all its items. A text for one item (`… = ?`) is, once each
 * time that it is asked; one that reads from elsewhere than the items, a view for example, may be.
 */
export function accountForStock(run: AppRun, request: Exchange): boolean {
  const texts = queriesOf(run, request).map(queryText);
  if (texts.some((text) => text.includes('*')) && keepsStockWithItems(run)) return true;
  const about = texts.filter((text) => /stock|movement|quantity/i.test(text) || readsElsewhere(text));
  const items = jsonOf(request);
  return (
    about.some((text) => !isOfOneItem(text)) || about.length >= (Array.isArray(items) ? items.length : 1)
  );
}

/** Whether what is added has its stock in its own row, so that everything (`*`) of an item is the stock as well. */
function keepsStockWithItems(run: AppRun): boolean {
  const texts = additions(run).flatMap((request) => queriesOf(run, request).map(queryText));
  return texts.some((text) => /\b(insert\s+into|update)\s+["`[]?items\b.*\bstock\b/is.test(text));
}

function readsElsewhere(text: string): boolean {
  const tables = [...text.matchAll(/\b(?:from|join)\s+["`[]?(\w+)/gi)].map(([, table = '']) =>
    table.toLowerCase(),
  );
  return tables.some((table) => table !== 'items');
}

function isOfOneItem(text: string): boolean {
  return /^\s*select\b/i.test(text) && /\bwhere\b[^()]*\b(item_)?id["`\]]?\s*=\s*(\?|[:@$]\w)/i.test(text);
}

function looksLikeQuery({ scope, kind, attributes }: Span): boolean {
  if (scope.name.startsWith('@opentelemetry/instrumentation-')) return false;
  return kind === 'CLIENT' || DESCRIBES_QUERY.some((key) => key in attributes);
}

/** Belongs to the opening, wherever its span is. */
function definesSchema(span: Span): boolean {
  return /^\s*(create|alter|drop|pragma|analyze)\b/i.test(queryText(span));
}

function isOpening(spans: readonly Span[]): boolean {
  return spans.some(({ name }) => OPENING.includes(name));
}
