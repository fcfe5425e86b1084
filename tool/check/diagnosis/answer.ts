import { secondAnswer } from '../evidence.ts';
import { bodyOf, jsonOf } from '../expectations.ts';
import { additions, lists, nameOf, routes, statusOf } from '../shop-exchanges.ts';
import { mendOfMissingAttribute, mendOfReference, printedError } from './crash.ts';
import { mendOfCall } from './crash-mend.ts';
import type { Diagnosis } from './diagnosis.ts';

export const answeredTwice: Diagnosis = {
  id: 'answered-twice',
  explain: ({ runs }) => {
    const run = runs.find(({ output }) => output.some((line) => secondAnswer.test(line)));
    if (!run) return undefined;
    const { error, place } = printedError(run);
    const where = place && secondAnswer.test(error ?? '') ? ` of ${place}` : '';
    return {
      cause: `The app answered a request, and then once more: Express refuses the second answer${where} (ERR_HTTP_HEADERS_SENT).`,
      mend: 'Send one answer on every path: return after the first; a timer that answers has to be cleared when something else has.',
    };
  },
};

export const requestFails: Diagnosis = {
  id: 'request-fails',
  explain: ({ runs }) => {
    const run = runs.find(({ exchanges }) => exchanges.some((one) => statusOf(one) === 500));
    const failed = run?.exchanges.find((one) => statusOf(one) === 500);
    if (!run || !failed) return undefined;
    const { error, place } = printedError(run);
    return {
      cause: `${nameOf(failed)} is answered with 500: ${error?.replace(/\.$/, '') ?? 'an error was thrown'}${place ? ` (${place})` : ''}.`,
      mend: mendOfThrown(error ?? '', place),
    };
  },
};

export const nextCalledTwice: Diagnosis = {
  id: 'next-called-twice',
  explain: ({ runs }) => {
    const lost = runs
      .flatMap(({ exchanges }) => exchanges)
      .find((one) => statusOf(one) === 404 && routes.includes(one.path.split('?')[0] ?? ''));
    if (!lost) return undefined;
    return {
      cause: `${nameOf(lost)} has a route, and is answered with 404: next() was called a second time while the route was still at work, and so Express went on to the end.`,
      mend: 'Call it once on every path: perhaps a line below yours does it already. Where it is called in the midst, as for a request without a user, return comes next, and after context.with(…, next) nothing.',
    };
  },
};

const fields = ['id', 'name', 'stock'];

export const wrongItems: Diagnosis = {
  id: 'wrong-items',
  explain: ({ runs: [run] }) => {
    const last = run && lists(run).at(-1);
    if (!run || !last || statusOf(last) !== 200) return undefined;
    const items = jsonOf(last);
    if (!Array.isArray(items)) {
      const [, begin, more] = /^(.{0,60})(.*)/s.exec(bodyOf(last).trim()) ?? [];
      return {
        cause: `GET /items is answered with ${begin ? `${begin}${more && '…'}` : 'nothing'}, where it was the list of all items.`,
        mend: 'Return what traceQuery() gives, and in its function what query.all() gives.',
      };
    }
    const [problem, mend] = whatIsWrong(items.map(Object), 40 + additions(run).length);
    return {
      cause: `The answer of GET /items has changed: ${problem}`,
      mend:
        mend ??
        'Compare with the answer of the step before: every item once, by id, its stock the sum of its movements.',
    };
  },
};

function whatIsWrong(items: readonly Record<string, unknown>[], expected: number): [string, mend?: string] {
  const missing = fields.filter((field) => items.some((item) => !(field in item)));
  if (missing.length > 0)
    return [
      `an item has no ${missing.join(' and no ')}.`,
      'Name the columns as before: SELECT id, name, SUM(quantity) AS stock.',
    ];
  if (items.length > expected)
    return [
      `it lists ${items.length} items, where ${expected} are: one has several rows, as its movements are not added up to one, or grouped by more than the id.`,
    ];
  if (items.length === 1)
    return [
      `it lists one item of ${expected}, as SUM() does where there is no GROUP BY: it adds up all rows to one.`,
      'Write GROUP BY id, and each item has a row and a sum of its own.',
    ];
  if (items.length < expected) return [`it lists ${items.length} items of ${expected}.`];
  return whatIsWrongInAnItem(items);
}

function whatIsWrongInAnItem(items: readonly Record<string, unknown>[]): [string, mend?: string] {
  const ids = items.map(({ id }) => Number(id));
  if (ids.some((id, index) => id < (ids[index - 1] ?? 0))) return ['its order has changed: it was by id.'];
  const odd = items.find(({ stock }) => !Number.isInteger(stock));
  if (odd) return [`an item has the stock ${JSON.stringify(odd.stock)}.`];
  const [{ stock } = {}, ...others] = items;
  if (Number(stock) > 997 && others.every((item) => item.stock === stock))
    return [
      `every item has the stock ${stock}, the sum of all movements: so it is where a JOIN has no ON, and each item comes with the movements of all.`,
      'Write JOIN movements ON item_id = id.',
    ];
  const first = items.find(({ id, stock }) => id === 1 && stock !== 997);
  if (first) return [`the first item has the stock ${first.stock}, and its movements add up to 997.`];
  const surplus = Object.keys(items[0] ?? {}).filter((field) => !fields.includes(field));
  if (surplus.length > 0)
    return [
      `an item has ${surplus.join(' and ')} too.`,
      'Name the columns in place of the *: SELECT id, name, SUM(quantity) AS stock.',
    ];
  return ['an item of it is not as it was.'];
}

/** What comes of `traceQuery({ … }, query.all())`, of `query.all` without its object, and of the arguments swapped. */
const notAFunction =
  /^TypeError: (\w+ is not a function|Illegal invocation|\w+ is not iterable|Cannot read properties of undefined \(reading '(join|length|map)'\))/;

function mendOfThrown(error: string, place = ''): string {
  if (/Function\.prototype\.apply was called on undefined/.test(error))
    return place.startsWith('seed.ts')
      ? "Where a function is expected there is none: startActiveSpan('…', (span) => { … }) calls it, and a call in its place has been made already."
      : 'Where a function is expected there is none: context.with(…, next) takes next itself, and next() calls it at once.';
  if (/Function\.prototype\.apply was called on #</.test(error))
    return 'context.with(newContext, next) takes the context first and then the function.';
  if (/within a transaction/.test(error))
    return 'A transaction before it was never ended: COMMIT when all went well, ROLLBACK in the catch block, or let db.transaction() do both.';
  if (/\bprepare\b/.test(error) && !place.startsWith('seed.ts'))
    return "database() got no database: what startActiveSpan('open database', …) runs must return it, return openDatabase(), and not be async.";
  if (place.startsWith('database.ts') && /of undefined|as it is undefined|item_id$/.test(error))
    return 'What a query gives got lost on its way, and that line waits for it. In query.ts return what startActiveSpan() gives, and in it what run() gives; throw an error on after it was caught. In the call in database.ts write () => query.all(), or with braces a return.';
  if (place.startsWith('query.ts') && notAFunction.test(error))
    return 'Hand traceQuery() the description first and then a function, which runs the query when it is called: traceQuery({ operation, tables, text }, () => query.all()).';
  if (place.startsWith('sampling.ts') && /of undefined/.test(error)) return mendOfMissingAttribute;
  const known = mendOfReference(error) ?? mendOfCall(error);
  if (known) return known;
  return place
    ? 'Mend that line: the shop must answer as it did before it was traced.'
    : 'Look at what you changed last: the shop must answer as it did before it was traced.';
}
