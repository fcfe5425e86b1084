import type { Span } from '../trace/span.ts';
import { type AppRun, type QueryRan, told } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import {
  definesSchema,
  essenceOf,
  isOfTransaction,
  queriesAmong,
  queriesOf,
  queryText,
  verbOf,
} from './queries.ts';
import { serverSpanOf } from './shop-exchanges.ts';

/** Queries that the database was given for a request, and the spans that tell of them. */
export interface Account {
  /** Which query ran in which span, one in each. */
  readonly told: readonly (readonly [Span, QueryRan])[];
  readonly hidden: readonly HiddenQuery[];
  /** The spans of queries in which none ran. */
  readonly empty: readonly Span[];
}

/** A query that has no span of its own. */
export interface HiddenQuery {
  readonly ran: QueryRan;
  /** The other query's span that it ran in. */
  readonly within: Span | undefined;
  /** The span that tells of it, and was not open as it ran. */
  readonly beside: Span | undefined;
}

/**
 * What a request gave to the database beside what its spans say. Undefined where nobody can know: where the database is
 * opened and filled in the same trace, or by another package; where spans are written down after the fact, or by a
 * tracer that nobody watches.
 */
export function accountFor(run: AppRun, request: Exchange): Account | undefined {
  const traceId = serverSpanOf(run, request)?.traceId;
  const openings = told(run, 'database-opened');
  if (traceId === undefined || openings.length === 0) return undefined;
  if (openings.some((opening) => opening.traceId === traceId)) return undefined;
  const starts = told(run, 'span-started').filter(({ backdated }) => !backdated);
  const begunInTime = new Set(starts.map(({ spanId }) => spanId));
  const spans = queriesAmong(run.spans);
  const own = queriesOf(run, request);
  if (own.some(({ spanId }) => !begunInTime.has(spanId))) return undefined;

  const free = new Map(spans.map((span) => [span.spanId, span]));
  const pairs: (readonly [Span, QueryRan])[] = [];
  const shared: QueryRan[] = [];
  for (const ran of told(run, 'query-ran')) {
    const isOwn = ran.traceId === traceId || own.some(({ spanId }) => ran.within.includes(spanId));
    if (!isOwn || definesSchema(ran.text) || isOfTransaction(ran.text)) continue;
    const span = lastOf(ran.within, free);
    if (span) {
      free.delete(span.spanId);
      pairs.push([span, ran]);
    } else shared.push(ran);
  }
  const taken = new Map(pairs.map(([span]) => [span.spanId, span]));
  const empty = own.filter((span) => verbOf(span) && free.has(span.spanId));
  const hidden = shared.map((ran) => ({
    ran,
    within: lastOf(ran.within, taken),
    beside: empty.find((span) => essenceOf(queryText(span)) === essenceOf(ran.text)),
  }));
  return { told: pairs, hidden, empty };
}

function lastOf(ids: readonly string[], spans: ReadonlyMap<string, Span>): Span | undefined {
  return ids.flatMap((id) => spans.get(id) ?? []).at(-1);
}

/** The span whose text is of another query than the one that ran in it, by what it does and with which tables. */
export function tellsOfAnother({ told }: Account): readonly [Span, QueryRan] | undefined {
  return told.find(([span, { text }]) => {
    const said = queryText(span);
    return said !== '' && essenceOf(said) !== essenceOf(text);
  });
}
