import type { Span } from '../../trace/span.ts';
import type { AppRun, QueryRan } from '../evidence.ts';
import { queryText } from '../queries.ts';
import { type Account, accountFor, tellsOfAnother } from '../queries-run.ts';
import { nameOf } from '../shop-exchanges.ts';
import { definesSchema, tellsOf } from '../sql.ts';
import type { Diagnosis } from './diagnosis.ts';

export const queryHidden: Diagnosis = {
  id: 'query-hidden',
  explain: ({ runs: [run] }) => {
    const found = run && firstOf(run, ({ hidden }) => hidden.length > 0);
    const [first, ...others] = found?.account.hidden ?? [];
    if (!found || !first) return undefined;
    const { request, account } = found;
    const name = nameOf(request);
    const { ran, within, beside } = first;
    if (beside) {
      const over = endedBefore(run, beside, ran);
      return {
        cause: `In ${name} the span "${beside.name}" ${over ? 'had ended' : 'had not begun'} when its query ran: what it lasted is not what the query took.`,
        mend: over
          ? 'Let all(), get() or run() stand in the function that traceQuery() is given, not prepare() alone; and call span.end() once, in the finally block behind it. A traceQuery() that is async waits before that: return await run().'
          : 'Let all(), get() or run() stand in the function that traceQuery() is given, and not before it.',
      };
    }
    if (within && tellsOf(queryText(within), ran.text)) {
      const times = account.hidden.filter((one) => one.within === within).length + 1;
      return {
        cause: `In ${name} the query of "${within.name}" ran ${times} times in that one span: whoever counts spans counts one query.\n  ${ran.text}`,
        mend: 'Run it once in its span: in traceQuery() call run() once. Where it has to run again, as in a loop, each time needs a span of its own.',
      };
    }
    if (definesSchema(ran.text)) {
      return {
        cause: `${name} gave the database what it was given before, and no span tells of it:\n  ${ran.text}`,
        mend: 'Do it once, where the database is opened: in openDatabase(), after seed().',
      };
    }
    const more = others.length > 0 ? `, the first of ${others.length + 1}` : '';
    const where = within ? `\nIt ran in the span "${within.name}", which is another query's.` : '';
    return {
      cause: `${name} gave the database a query that has no span of its own${more}:\n  ${ran.text}${where}`,
      mend: 'Give each query a span of its own with its own text. One that runs beside the span, or in a loop within it, stays hidden.',
    };
  },
};

export const queryNeverRun: Diagnosis = {
  id: 'query-never-run',
  explain: ({ runs: [run] }) => {
    const found = run && firstOf(run, (account) => neverRun(account) !== undefined);
    const empty = found && neverRun(found.account);
    if (!empty) return undefined;
    return {
      cause: `In ${nameOf(found.request)} the span "${empty.name}" says that the database was asked, and no query ran in it: what it was given was not called, or had an answer that is kept from before.`,
      mend: 'Call it, with its parentheses, and return what it gives: return run() in query.ts, and () => query.run(…) where database.ts calls traceQuery(). Where nothing is asked, begin no span.',
    };
  },
};

export const queryTextDiffers: Diagnosis = {
  id: 'query-text-differs',
  explain: ({ runs: [run] }) => {
    const found = run && firstOf(run, (account) => tellsOfAnother(account) !== undefined);
    const [span, ran] = (found && tellsOfAnother(found.account)) ?? [];
    if (!span || !ran) return undefined;
    return {
      cause: `The span "${span.name}" has the db.query.text\n  ${queryText(span)}\nand the query that ran in it is\n  ${ran.text}`,
      mend: 'Write each text once, in a variable, and give that to prepare() and to traceQuery().',
    };
  },
};

/** The span of a query that did not run elsewhere either. */
function neverRun({ empty, hidden }: Account): Span | undefined {
  return empty.find((span) => hidden.every(({ beside }) => beside !== span));
}

function endedBefore(run: AppRun, { spanId }: Span, ran: QueryRan): boolean {
  const end = run.testimony.findIndex((one) => one.type === 'span-ended' && one.spanId === spanId);
  const begin = run.testimony.findIndex((one) => one.type === 'query-ran' && one.within === ran.within);
  return end !== -1 && end < begin;
}

function firstOf(run: AppRun, fits: (account: Account) => boolean) {
  for (const request of run.exchanges) {
    const account = accountFor(run, request);
    if (account && fits(account)) return { request, account };
  }
  return undefined;
}
