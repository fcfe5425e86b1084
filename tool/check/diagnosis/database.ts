import { ancestors } from '../../trace/ancestors.ts';
import { durationMs } from '../../trace/span.ts';
import type { AppRun } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { bodyOf, jsonOf } from '../expectations.ts';
import { queriesOf, readsWithinOpening, withoutTransactions } from '../queries.ts';
import { additions, duplicate, lists, nameOf, statusOf } from '../shop-exchanges.ts';
import type { Diagnosis, Explanation } from './diagnosis.ts';

export const queryMadeAsync: Diagnosis = {
  id: 'query-made-async',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const promise = [...lists(run), ...additions(run)].find((one) => bodyOf(one).trim() === '{}');
    const bound = run.exit?.failure?.message.includes('SQLite3 can only bind');
    if (!promise && !bound) return undefined;
    return {
      cause: promise
        ? `${nameOf(promise)} is answered with {}, which is what a Promise becomes in JSON: what it calls is async now, and those who call it do not wait.`
        : `A query was given a Promise in the place of a value: ${run.exit?.failure?.message}. traceQuery() is async now, and those who call it do not wait.`,
      mend: 'better-sqlite3 gives its rows at once, so leave async and await away: the callback of startActiveSpan() can return them.',
    };
  },
};

export const openedEveryTime: Diagnosis = {
  id: 'opened-every-time',
  explain: ({ runs }) => {
    const openings = runs.flatMap(({ spans }) => spans).filter(({ name }) => name === 'open database');
    if (openings.length < 2) return undefined;
    const byId = new Map(openings.map((span) => [span.spanId, span]));
    if (openings.some((span) => ancestors(span, byId).length > 0)) {
      return {
        cause: 'One span "open database" lies inside the other: the one opening is told twice.',
        mend: 'Leave one of the two out: it is enough around openDatabase(), where database() calls it.',
      };
    }
    return {
      cause: `"open database" came ${openings.length} times, and the database is opened once.`,
      mend: 'Put the span around openDatabase() alone, not around every call of database(), and keep what it returns: db ??= ….',
    };
  },
};

export const openingTooWide: Diagnosis = {
  id: 'opening-too-wide',
  explain: ({ runs: [run] }) => {
    const [read] = run ? readsWithinOpening(run.spans) : [];
    if (!read) return undefined;
    return {
      cause: `"${read.name}" lies inside the span "open database", as if it were a part of the opening.`,
      mend: 'Put the span around openDatabase() alone, and end it before the first query of a request.',
    };
  },
};

export const openingNotTraced: Diagnosis = {
  id: 'opening-not-traced',
  explain: ({ runs: [run] }) => {
    const seeding = run?.spans.find(({ name }) => name === 'seed database');
    if (!run || !seeding) return undefined;
    const opening = run.spans.find(({ name }) => name === 'open database');
    const mend =
      "Call openDatabase() inside startActiveSpan('open database', …), and end the span in a finally block.";
    if (!opening) {
      return {
        cause:
          'No span named "open database" came; the first request pays for the opening, and its trace does not say so.',
        mend,
      };
    }
    if ((durationMs(opening) ?? 0) < (durationMs(seeding) ?? 0)) {
      return {
        cause:
          'The span "open database" is shorter than "seed database", which is a part of it: it had ended before the work was done.',
        mend,
      };
    }
    return {
      cause:
        'The span "open database" is in a trace of its own: the first request waits for the opening, and its trace does not say so.',
      mend: 'Start the span in database(), when it is opened, and in the active context: without { root: true }.',
    };
  },
};

export const tooManyQueries: Diagnosis = {
  id: 'too-many-queries',
  explain: ({ runs: [run] }) => {
    const listed =
      run &&
      lists(run)
        .map((request) => withoutTransactions(queriesOf(run, request)))
        .find((queries) => queries.length > 2);
    if (!listed) return undefined;
    const names = Map.groupBy(listed, ({ name }) => name);
    const perItem = [...names.values()].some(({ length }) => length > 7);
    const counts = [...names].map(([name, { length }]) => `${length} × ${name}`);
    return {
      cause: `GET /items made ${listed.length} queries: ${counts.slice(0, 4).join(', ')}.${perItem ? ' One for the list and one more for each item: the more items, the more queries.' : ''}`,
      mend: 'Let the database do it in one: JOIN movements, SUM(quantity), GROUP BY id.',
    };
  },
};

export const wrongAddition: Diagnosis = {
  id: 'wrong-addition',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const posts = run.exchanges.filter((one) => nameOf(one) === 'POST /items');
    const refused = posts.find((one) => statusOf(one) === 409 && one !== duplicate(run));
    if (refused) return whyRefused(run, refused);
    for (const request of posts.filter((one) => (statusOf(one) ?? 500) < 400)) {
      const wrong = whatIsWrong(run, request);
      if (wrong) return wrong;
    }
    return undefined;
  },
};

function whyRefused(run: AppRun, refused: Exchange): Explanation {
  const hasError = (request: Exchange | undefined) =>
    request !== undefined && queriesOf(run, request).some(({ status }) => status.code === 'ERROR');
  const ranAll = withoutTransactions(queriesOf(run, refused)).length > 1;
  const said = 'POST /items of a new name is answered with 409, as if it were there already';
  if (hasError(refused) || (!ranAll && !hasError(duplicate(run)))) {
    return {
      cause: `${said}: as where its INSERT runs twice.`,
      mend: 'In traceQuery() call what it is given once: return run().',
    };
  }
  return {
    cause: `${said}, and none of its queries failed: addItem() gave back nothing.`,
    mend: 'Return { id, name, stock } from addItem() after both INSERTs. Return undefined for SQLITE_CONSTRAINT_UNIQUE alone, and throw every other error on.',
  };
}

function whatIsWrong(run: AppRun, request: Exchange): Explanation | undefined {
  const answers = lists(run).map(jsonOf).filter(Array.isArray);
  const named = answers
    .flat()
    .map(Object)
    .filter((item) => 'id' in item && 'name' in item);
  const last = (answers.at(-1) ?? []).map(Object);
  const said = `POST /items is answered with ${statusOf(request)} ${bodyOf(request).trim()}`;
  if (statusOf(request) !== 201) {
    return {
      cause: `${said}; a new item has the status 201.`,
      mend: 'In app.ts: res.status(201).json(item).',
    };
  }
  const { id, name, stock } = Object(jsonOf(request));
  const mend =
    'Return from addItem() what it returned before: { id, name, stock }, the id from lastInsertRowid';
  if (!Number.isInteger(id) || !Number.isInteger(stock))
    return { cause: `${said}; it was the new item, with its id, name and stock.`, mend: `${mend}.` };

  const replaced = last.find((item) => item.id === id && 'name' in item && item.name !== name);
  if (replaced && named.some((item) => item.id === id && item.name === name)) {
    return {
      cause: `${said}. GET /items had it after that, and in the end it has ${replaced.name} under the same id: what was added has been undone.`,
      mend: 'COMMIT each transaction when all went well: a later ROLLBACK undoes all that has not been.',
    };
  }
  const other = named.find((item) => (item.id === id) !== (item.name === name));
  if (!other) return undefined;
  return {
    cause: `${said}, and GET /items has the id ${other.id} for ${JSON.stringify(other.name)}.`,
    mend: `${mend}; and give the INSERT into items the name.`,
  };
}
