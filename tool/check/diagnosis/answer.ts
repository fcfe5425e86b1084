import { secondAnswer } from '../evidence.ts';
import { nameOf, routes, statusOf } from '../shop-exchanges.ts';
import { printedError } from './crash.ts';
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
      cause: `${nameOf(failed)} is answered with 500: ${error ?? 'an error was thrown'}${place ? ` (${place})` : ''}.`,
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
      mend: 'Call it once on every path: where it is called in the midst, as for a request without a user, return comes next, and after context.with(…, next) nothing.',
    };
  },
};

function mendOfThrown(error: string, place = ''): string {
  if (/Function\.prototype\.apply was called on undefined/.test(error))
    return 'Where a function is expected there is none: context.with(…, next) takes next itself, and next() calls it at once.';
  if (/within a transaction/.test(error))
    return 'A transaction before it was never ended: COMMIT when all went well, ROLLBACK in the catch block, or let db.transaction() do both.';
  if (/\bprepare\b/.test(error) && !place.startsWith('seed.ts'))
    return "database() got no database: what startActiveSpan('open database', …) runs must return it, return openDatabase(), and not be async.";
  if (place.startsWith('database.ts') && /of undefined|as it is undefined|item_id$/.test(error))
    return 'In query.ts what a query gives got lost on its way, and that line waits for it: return what startActiveSpan() gives, and in it what run() gives; and throw an error on after it was caught.';
  if (place.startsWith('sampling.ts') && /of undefined/.test(error))
    return "A span has only some of the attributes: attributes['url.path'] === '/healthz' is right for all of them.";
  return place
    ? 'Mend that line: the shop must answer as it did before it was traced.'
    : 'Look at what you changed last: the shop must answer as it did before it was traced.';
}
