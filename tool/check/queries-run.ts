import type { Span } from '../trace/span.ts';
import { type AppRun, type QueryRan, told } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import { queriesAmong, queriesOf, queryText, verbOf } from './queries.ts';
import { serverSpanOf } from './shop-exchanges.ts';
import { definesSchema, isOfTransaction, statementsIn, tellsOf } from './sql.ts';

/** Queries that the database was given for a request, and the spans that tell of them. */
export interface Account {
  /** Which query ran in which span, one in each. */
  readonly told: readonly (readonly [Span, QueryRan])[];
  readonly hidden: readonly HiddenQuery[];
  /** The spans of queries in which none ran. */
  readonly empty: readonly Span[];
}

/** A query that has no span of its own. */
interface HiddenQuery {
  readonly ran: QueryRan;
  /** The other query's span that it ran in. */
  readonly within: Span | undefined;
  /** The span that tells of it, and was not open as it ran. */
  readonly beside: Span | undefined;
}

/**
 * What a request gave to the database beside what its spans say. Undefined where nobody can know: where the database is
 * filled in the same trace, asked by another package or in a thread; where spans are written down after the fact, or by
 * a tracer that nobody watches.
 */
export function accountFor(run: AppRun, request: Exchange): Account | undefined {
  const traceId = serverSpanOf(run, request)?.traceId;
  if (traceId === undefined || !isWatched(run)) return undefined;
  if (told(run, 'database-filled').some((filled) => filled.traceId === traceId)) return undefined;
  const starts = told(run, 'span-started');
  const ranIn = new Set(told(run, 'query-ran').flatMap(({ within }) => within));
  // One whose start is told by the app may be written down after its query; not where it was open as one ran.
  const begunInTime = new Set(
    starts.flatMap(({ spanId, backdated }) => (backdated && !ranIn.has(spanId) ? [] : spanId)),
  );
  const own = queriesOf(run, request);
  if (own.some(({ spanId }) => !begunInTime.has(spanId))) return undefined;

  const { pairs, alone } = pairUp(run);
  const spanOf = new Map(pairs.map(([span]) => [span.spanId, span]));
  const empty = own.filter((span) => verbOf(span) && !spanOf.has(span.spanId));
  const hidden = alone
    .filter((ran) => ran.traceId === traceId)
    .map((ran) => ({
      ran,
      within: openSpan(ran, spanOf),
      beside: empty.find((span) => tellsOf(queryText(span), ran.text)),
    }));
  return { told: pairs.filter(([span]) => own.includes(span)), hidden, empty };
}

function isWatched(run: AppRun): boolean {
  const queries = told(run, 'query-ran');
  return (
    queries.length + told(run, 'database-filled').length > 0 && !queries.some(({ inThread }) => inThread)
  );
}

/** Each query with a span that was open as it ran, no span twice: first those that tell of it, the nearest of several. */
function pairUp(run: AppRun): { pairs: (readonly [Span, QueryRan])[]; alone: QueryRan[] } {
  const free = new Map(queriesAmong(run.spans).map((span) => [span.spanId, span]));
  const pairs: (readonly [Span, QueryRan])[] = [];
  const take = (ran: QueryRan, span: Span | undefined) => {
    if (!span) return false;
    free.delete(span.spanId);
    pairs.push([span, ran]);
    return true;
  };
  const queries = told(run, 'query-ran')
    .flatMap((ran) => statementsIn(ran.text).map((text) => ({ ...ran, text })))
    .filter(({ text }) => !isOfTransaction(text));
  const again = schemaDefinedAgain(run, queries);
  const counted = queries.filter((ran) => !definesSchema(ran.text) || again.has(ran));
  const untold = counted.filter(
    (ran) =>
      !take(
        ran,
        openSpan(ran, free, (span) => tellsOf(queryText(span), ran.text)),
      ),
  );
  const alone = untold.filter((ran) => !take(ran, openSpan(ran, free)));
  return { pairs, alone };
}

/** What belongs to the opening of a database, asked for by a second request: it has a span, or is hidden. */
function schemaDefinedAgain({ spans }: AppRun, queries: readonly QueryRan[]): Set<QueryRan> {
  const texts = new Map(spans.map((span) => [span.spanId, queryText(span)]));
  const isTold = ({ text, within }: QueryRan) => within.some((id) => tellsOf(texts.get(id) ?? '', text));
  const byText = Map.groupBy(
    queries.filter(({ text, traceId }) => traceId !== undefined && definesSchema(text)),
    ({ text }) => text,
  );
  const again = [...byText.values()].flatMap(([first, ...others]) =>
    others.filter(({ traceId }) => traceId !== first?.traceId),
  );
  return new Set(again.filter((ran) => !isTold(ran)));
}

/** One that was open as the query ran: of its own trace, where there is one. */
function openSpan(
  { within, traceId }: QueryRan,
  spans: ReadonlyMap<string, Span>,
  fits: (span: Span) => boolean = () => true,
): Span | undefined {
  const open = within.flatMap((id) => spans.get(id) ?? []).filter(fits);
  return open.find((span) => span.traceId === traceId) ?? open[0];
}

/** The span whose text is of another query than the one that ran in it. */
export function tellsOfAnother({ told }: Account): readonly [Span, QueryRan] | undefined {
  return told.find(([span, { text }]) => queryText(span) !== '' && !tellsOf(queryText(span), text));
}
