import type { AttributeValue, Span } from '../../trace/span.ts';
import { type AppRun, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { jsonOf } from '../expectations.ts';
import { queriesOf, queryText } from '../queries.ts';
import { additions, duplicate, spansOf, statusOf, stockedAdditions } from '../shop-exchanges.ts';
import { insertsItem } from '../sql.ts';
import { printedError, slipped } from './crash.ts';
import type { Diagnosis, Explanation } from './diagnosis.ts';

function addsItems(run: AppRun): boolean {
  return additions(run).some((one) => Number.isInteger(Object(jsonOf(one)).id));
}

export const errorSwallowed: Diagnosis = {
  id: 'error-swallowed',
  explain: ({ runs: [run] }) => {
    const refused = run && duplicate(run);
    if (!refused || statusOf(refused) === 409 || !addsItems(run)) return undefined;
    // Nothing was refused, and nothing thrown.
    if (queriesOf(run, refused).some((query) => /conflict|ignore/i.test(queryText(query)))) return undefined;
    const { error = '' } = printedError(run);
    const lost = /as it is undefined|reading 'lastInsertRowid'/.test(error);
    // A mistake in the catch block itself.
    if (slipped(run) && !lost) return undefined;
    return {
      cause: `A name that is there already is answered with ${statusOf(refused) ?? refused.outcome.kind} in place of 409: the error of the database does not reach addItem() as it was thrown.`,
      mend: 'After the span has its status, throw the same error again, and let no finally block return: tracing must not change what the code does.',
    };
  },
};

export const errorOnSuccess: Diagnosis = {
  id: 'error-on-success',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const queries = stockedAdditions(run).flatMap((request) => queriesOf(run, request));
    const found = queries.find(hasFailed);
    const typed = queries.find(({ attributes }) => 'error.type' in attributes);
    if (!found && typed) {
      return {
        cause: `The query span "${typed.name}" has error.type = ${JSON.stringify(typed.attributes['error.type'])}, and its query did what it should: where it is there, something failed.`,
        mend: 'Set it in the catch block alone, where there is an error.',
      };
    }
    if (!found) return errorAround(run);
    return {
      cause: `The query span "${found.name}" has the status ERROR, and its query did what it should: the status is set on every path.`,
      mend: 'Set it in the catch block alone, where there is an error.',
    };
  },
};

/** The instrumentations leave them as they are where a request is answered with 409. */
function errorAround(run: AppRun): Explanation | undefined {
  const refused = duplicate(run);
  const around =
    refused && aroundQuery(run, refused).find((span) => hasFailed(span) || errorType in span.attributes);
  if (!around || !queriesOf(run, refused).some(hasFailed)) return undefined;
  return {
    cause: `Where the database refused a name, the span "${around.name}" around the query has ${hasFailed(around) ? 'the status ERROR' : errorType} as well, and its request was answered as it should be: with 409, which is the caller's mistake.`,
    mend: 'Set it on the span that startActiveSpan() hands to its callback, and of no other: outside of the callback trace.getActiveSpan() is the one around it.',
  };
}

/** What the instrumentations make of the request. */
function aroundQuery(run: AppRun, request: Exchange): Span[] {
  return spansOf(run, request).filter(
    ({ kind, attributes }) => kind === 'SERVER' || attributes['express.type'] === 'request_handler',
  );
}

const errorType = 'error.type';

const hasFailed = ({ status }: Span) => status.code === 'ERROR';

export const errorNotRecorded: Diagnosis = {
  id: 'error-not-recorded',
  explain: ({ runs: [run] }) => {
    const refused = run && duplicate(run);
    if (!refused) return undefined;
    const queries = queriesOf(run, refused);
    if (queries.some(hasFailed)) return undefined;
    if (queries.length === 0) return statusOf(refused) === 409 ? refusedOutside : undefined;
    if (
      !queries.some((query) => insertsItem(queryText(query)) && !/conflict|ignore/i.test(queryText(query)))
    ) {
      return {
        cause: `For a name that is there already no INSERT fails, so no span can tell of it; its queries are ${queries.map(({ name }) => name).join(', ')}.`,
        mend: 'Let addItem() insert as before, without a look beforehand and without ON CONFLICT: the refusal is what the span should say.',
      };
    }
    const catching =
      'In a catch inside the span: span.setStatus({ code: SpanStatusCode.ERROR, message }), then throw the error on.';
    if (queries.some(({ status }) => status.code === 'OK')) {
      return {
        cause:
          'The database refused the duplicate, and the span of that query has the status OK, which is final: it wins over the ERROR before it and after it.',
        mend: `Set no OK at all, as a span that did not fail needs none. ${catching}`,
      };
    }
    const late = told(run, 'diag').find(({ message }) => isOnEnded(message, queries));
    if (late) {
      return {
        cause: `The database refused the duplicate, and its span had ended when it was told so. OpenTelemetry says: "${late.message.replace(/\s*\{.*/s, '')}".`,
        mend: 'Set the status first, in the catch block, and call span.end() once, in the finally block.',
      };
    }
    const caught = queries.find(namesError);
    if (caught) {
      return {
        cause: `The database refused the duplicate, and the span of that query, "${caught.name}", says by which code, and its status is unset: setStatus() was not called, or not with an object that has a code.`,
        mend: 'span.setStatus({ code: SpanStatusCode.ERROR, message }): one object, whose code is a number, not a text.',
      };
    }
    const around = aroundQuery(run, refused).find(hasFailed);
    if (around) {
      return {
        cause: `The database refused the duplicate, and the span around that query, "${around.name}", has the status ERROR; that of the query has none.`,
        mend: `Set it where the query's own span is: trace.getActiveSpan() gives that inside of the callback of startActiveSpan() alone. ${catching}`,
      };
    }
    return {
      cause: `The database refused the duplicate, and ${whatTheSpanSays(queries)}`,
      mend: `${catching} The call that fails, run(), must stand inside the span too, not prepare() alone, and its error must reach that catch: nothing within catches it before.`,
    };
  },
};

export const errorTypeMissing: Diagnosis = {
  id: 'error-type-missing',
  explain: ({ runs: [run] }) => {
    const refused = run && duplicate(run);
    const failed = refused && queriesOf(run, refused).find(hasFailed);
    if (!failed) return undefined;
    const code = textOf(failed.attributes['db.response.status_code']);
    if (code && !/^(SQLITE_CONSTRAINT\w*|19|2067)$/.test(code)) {
      return {
        cause: `db.response.status_code is ${JSON.stringify(code)}: it should be what the database answered, and SQLite's code for this is another.`,
        mend: "Set it to the error's code, which is SQLITE_CONSTRAINT_UNIQUE here.",
      };
    }
    const problems = ['error.type', 'db.response.status_code'].flatMap((key) => {
      const problem = problemOf(failed.attributes[key]);
      return problem ? [{ key, problem }] : [];
    });
    if (problems.length === 0) return undefined;
    const keys = problems.map(({ key }) => key).join(' and ');
    return {
      cause: `The failed query has the status ERROR, and ${problems.map(({ key, problem }) => `its ${key} ${problem}`).join(', and ')}. Failures are grouped by such codes.`,
      mend: `Set ${keys} to the code property of the error, which is the text SQLITE_CONSTRAINT_UNIQUE here.`,
    };
  },
};

/** What keeps it from being a code; undefined where it is one. */
function problemOf(value: AttributeValue | undefined): string | undefined {
  if (value === undefined) return 'is missing';
  if (typeof value !== 'string') return `is the ${typeof value} ${JSON.stringify(value)}, and must be text`;
  return /^[\w.:/-]+$/.test(value) ? undefined : `is ${JSON.stringify(value)}, which is no code`;
}

const refusedOutside: Explanation = {
  cause:
    'The name that is there already was refused, and no span of that request is one of a query: what refused it ran outside of the function that traceQuery() is given.',
  mend: 'Run the INSERT in that function, and not before: traceQuery({ operation, tables, text }, () => query.run(name)).',
};

/** OpenTelemetry names the span in the message. */
function isOnEnded(message: string, queries: readonly Span[]): boolean {
  return message.includes('on ended Span') && queries.some(({ spanId }) => message.includes(spanId));
}

/** Whether the catch block came as far as to say what failed. */
const namesError = ({ attributes }: Span) =>
  'error.type' in attributes || 'db.response.status_code' in attributes;

function whatTheSpanSays(queries: readonly Span[]): string {
  if (queries.some(({ events }) => events.some(({ name }) => name === 'exception')))
    return 'its span has an exception event and no status: recordException() leaves the status unset.';
  return `no span of that request says so: the status of ${queries.map(({ name }) => name).join(', ')} is unset. setStatus() was not reached, or was given no object with a code.`;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
