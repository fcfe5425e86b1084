import type { Span } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';
import type { Exchange } from './exchange.ts';

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
  return spans.filter((span) => looksLikeQuery(span) && !isOpening([span, ...ancestors(span, byId)]));
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
export function queriesOf({ spans }: Pick<AppRun, 'spans'>, { id }: Exchange): Span[] {
  const server = spans.find(
    (span) => span.kind === 'SERVER' && span.attributes['user_agent.original'] === id,
  );
  return queriesAmong(spans.filter(({ traceId }) => traceId === server?.traceId));
}

export function queryText({ attributes }: Span): string {
  return String(attributes['db.query.text'] ?? attributes['db.statement'] ?? '');
}

/** A join is about no single collection, there the conventions ask for a summary; BEGIN is about none at all. */
export function needsCollection({ attributes }: Span): boolean {
  const operation = String(attributes['db.operation.name']).toUpperCase();
  if (operation === 'SELECT') return !('db.query.summary' in attributes);
  return ['INSERT', 'UPDATE', 'DELETE'].includes(operation);
}

/** Whether the texts name what an item's stock is made of; one that asks for everything (`*`) may. */
export function accountForStock(queries: readonly Span[]): boolean {
  return queries.some((query) => /\*|stock|movement|quantity/i.test(queryText(query)));
}

function looksLikeQuery({ scope, kind, attributes }: Span): boolean {
  if (scope.name.startsWith('@opentelemetry/instrumentation-')) return false;
  return kind === 'CLIENT' || DESCRIBES_QUERY.some((key) => key in attributes);
}

function isOpening(spans: readonly Span[]): boolean {
  return spans.some(({ name }) => OPENING.includes(name));
}
