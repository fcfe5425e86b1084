import { told } from '../evidence.ts';
import {
  mistimedQuery,
  nestedQueries,
  oldDatabaseNames,
  queriesAmong,
  queriesOf,
  queryText,
  strayQueries,
} from '../queries.ts';
import { askers, nameOf, stockedAdditions } from '../shop-exchanges.ts';
import { insertsItem } from '../sql.ts';
import type { Diagnosis } from './diagnosis.ts';

export const queryNotTraced: Diagnosis = {
  id: 'query-not-traced',
  explain: ({ runs: [run] }) => {
    const bare = run && askers(run).find((request) => queriesOf(run, request).length === 0);
    if (!bare) return undefined;
    return {
      cause: `${nameOf(bare)} asks the database, and no span is one of a query: a CLIENT span with db.… attributes.`,
      mend: 'Run each query of database.ts, those of addItem() too, inside traceQuery(), and let that start its span with { kind: SpanKind.CLIENT, attributes }.',
    };
  },
};

export const insertNotTraced: Diagnosis = {
  id: 'query-not-traced',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const bare = stockedAdditions(run).find((request) => {
      const texts = queriesOf(run, request).map(queryText);
      return texts.length > 0 && !texts.includes('') && !texts.some(insertsItem);
    });
    if (!bare) return undefined;
    const queries = queriesOf(run, bare).map((query) => `\n  ${query.name}: ${queryText(query)}`);
    return {
      cause: `${nameOf(bare)} adds an item, and no query span has the text of an INSERT into items; these are there:${queries.join('')}`,
      mend: 'Run both INSERTs of addItem() inside traceQuery(), each with its own text.',
    };
  },
};

export const queryNested: Diagnosis = {
  id: 'query-nested',
  explain: ({ runs: [run] }) => {
    const nested = run && askers(run).flatMap((request) => nestedQueries(queriesOf(run, request)));
    const [[inner, outer] = []] = nested ?? [];
    if (!inner || !outer) return undefined;
    const twice = queryText(inner) === queryText(outer);
    return {
      cause: twice
        ? `A query has two spans, one inside the other: "${outer.name}" and "${inner.name}" have the same text. Whoever counts queries counts it twice.`
        : `The query "${inner.name}" lies inside of the query "${outer.name}", as if the database had made it: that span was still open when the next query began.`,
      mend: twice
        ? 'Trace a query in one place, either where it is called or where it is prepared.'
        : 'Let the span of each query end with its run(), get() or all(), before the next one begins.',
    };
  },
};

export const queryNotClient: Diagnosis = {
  id: 'query-not-client',
  explain: ({ runs }) => {
    const query = runs
      .flatMap(({ spans }) => queriesAmong(spans))
      .find(
        ({ kind, attributes }) =>
          kind !== 'CLIENT' && ('db.query.text' in attributes || 'db.system.name' in attributes),
      );
    if (!query) return undefined;
    return {
      cause: `The span "${query.name}" is ${query.kind}${query.kind === 'INTERNAL' ? ', the kind of a span that was given none' : ''}: a call to a database is CLIENT.`,
      mend: 'Start it with { kind: SpanKind.CLIENT }, by which a backend knows a call to a database.',
    };
  },
};

export const queryOutsideRequest: Diagnosis = {
  id: 'query-outside-request',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const [stray] = strayQueries(run);
    if (stray) {
      return {
        cause: `The query span "${stray.name}" lies in no request: ${stray.parentSpanId ? 'its parent is a span that is not there' : 'it is the root of a trace of its own'}.`,
        mend: 'Start the span where the query runs, in the active context: without { root: true }, and without a context of your own.',
      };
    }
    const astray = run.exchanges
      .filter(({ method }) => method === 'GET')
      .find((request) => queriesOf(run, request).some((query) => insertsItem(queryText(query))));
    const counts = stockedAdditions(run).map(
      (request) => queriesOf(run, request).filter((query) => insertsItem(queryText(query))).length,
    );
    if (!astray && new Set(counts).size < 2) return undefined;
    return {
      cause: astray
        ? `The trace of ${nameOf(astray)} has the INSERT of another request: the span was given a parent that was kept from somewhere else.`
        : `Requests that do the same have ${counts.join(', ')} INSERTs into items: while they overlapped, spans went into the trace of another.`,
      mend: 'Keep no span and no context in a variable of the module: startActiveSpan() knows the request that it runs in.',
    };
  },
};

function dateOf(unixNano: bigint): string {
  const date = new Date(Number(unixNano / 1_000_000n));
  return Number.isNaN(date.getTime()) ? 'a date that no calendar has' : date.toISOString();
}

export const queryMistimed: Diagnosis = {
  id: 'query-mistimed',
  explain: ({ runs: [run] }) => {
    const [span, what] = (run && mistimedQuery(run)) ?? [];
    if (!span) return undefined;
    const [start, end] = [span.startTimeUnixNano, span.endTimeUnixNano ?? 0n].map(dateOf);
    const causes = {
      early: `begins at ${start}, long before its request: the startTime that it was given is no time since 1970`,
      late: `ends at ${end}, long after its request: the time that it was given is not in milliseconds`,
      'no length':
        'has no length: the time that end() was given is long before its start, and is no time since 1970',
    };
    return {
      cause: `The span "${span.name}" ${causes[what ?? 'early']}.`,
      mend: 'Leave startTime out, and call span.end() with nothing: the span reads the clock itself. process.hrtime() counts from another moment.',
    };
  },
};

export const oldDatabaseAttributes: Diagnosis = {
  id: 'old-api',
  explain: ({ runs }) => {
    const queries = runs.flatMap(({ spans }) => queriesAmong(spans));
    const found = Object.entries(oldDatabaseNames).filter(([old, today]) =>
      queries.some(({ attributes }) => old in attributes && !(today in attributes)),
    );
    if (found.length === 0) return undefined;
    return {
      cause: `${found.map(([old]) => old).join(', ')}: these names are from before the database conventions became stable in 2025.`,
      mend: `Write ${found.map(([old, today]) => `${today} in place of ${old}`).join(', ')}.`,
    };
  },
};

export const spansDropped: Diagnosis = {
  id: 'spans-dropped',
  explain: ({ runs }) => {
    const said = runs
      .flatMap((run) => told(run, 'diag'))
      .find(({ message }) => /^Dropped \d+ spans/.test(message));
    if (!said) return undefined;
    return {
      cause: `OpenTelemetry says: ${said.message}. So many spans ended at once that the batch could not hold them; what is lost is lost at random.`,
      mend: 'Do not trace each of the 40,000 inserts that fill the database: trace the queries of requests, and leave seed.ts to its spans.',
    };
  },
};
