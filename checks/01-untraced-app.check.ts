import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { checkStep } from '../tool/check/define.ts';
import { told } from '../tool/check/evidence.ts';
import type { Exchange } from '../tool/check/exchange.ts';
import { expectHealthy, expectSeededItems, expectStatus, expectThat } from '../tool/check/expectations.ts';
import { upstreamDelayMs } from '../tool/check/lab.ts';
import { refusedBody } from '../tool/check/shop-exchanges.ts';
import type { ShopRun } from '../tool/check/shop-run.ts';
import {
  readsAnswered,
  type TimingLine,
  timingLineOf,
  timingLinesOf,
  withSameRoute,
} from '../tool/check/timing-line.ts';

/** Before and after the request that is timed while another waits: the first so long that a start which moved is seen. */
const pauseMs = { before: 200, after: 100 };

/** How far into a second the request that waits is kept, where seconds can get lost. */
const partOfSecondMs = 300;

/** For a request that the check itself ends. */
const patienceMs = 60_000;

/** How long to wait for the line of one request where those before have none yet, and for the first of all. */
const silentMs = { one: 200, all: 1_500 };

const hanging = '/fetch-external?from=/hang';

checkStep(
  async (lab) => {
    const shop = await lab.start({ label: 'requests of every kind', tell: 'clocks' });
    // Open until the end, as a browser or a proxy keeps it: a request is over before its connection is.
    const agent = new http.Agent({ keepAlive: true });
    try {
      const { aborted, meanwhile } = await shop.getAndGiveUp(hanging, () => askMeanwhile(shop, agent));
      const { answered, abortedAgain, healthMs } = meanwhile;
      const requests = [...Object.values(answered), abortedAgain, aborted];
      await untilLogged(shop, requests);
      await shop.stop();
      return { shop, ...answered, aborted, abortedAgain, healthMs, requests };
    } finally {
      agent.destroy();
    }
  },

  ({ proves, seen }) => {
    const mistakes = [
      'route-missing',
      'line-broken',
      'seconds-left-out',
      'wrong-unit',
      'timed-too-early',
      'line-incomplete',
      'wrong-status',
      // Before the next: a second line would be taken for that of another request.
      'timed-twice',
      'start-not-its-own',
      'abort-not-timed',
      'no-timing-line',
    ];
    const timing = { guide: 'the-line', mistakes };

    const lineOf = (request: Exchange) => {
      const { shop, requests } = seen();
      const line = timingLineOf(shop.output, request, requests);
      if (!line)
        throw mismatch(`Expected a line about ${nameOf(request)} with its milliseconds.`, shop.output);
      return line;
    };
    const expectLineWith = (request: Exchange, status: number) => {
      const { text, statuses } = lineOf(request);
      if (!statuses.includes(status))
        throw mismatch(`Expected the line about ${nameOf(request)} to say ${status}.`, [text]);
    };
    /** Of those with its method and route. */
    const longestLineOf = (request: Exchange) => {
      const [longest = lineOf(request)] = timingLinesOf(seen().shop.output, request).toSorted(
        (a, b) => b.ms - a.ms,
      );
      return longest;
    };
    const expectDuration = ({ text, ms }: TimingLine, request: Exchange, atLeastMs: number) => {
      if (ms >= atLeastMs) return;
      const took = `it took the caller ${request.durationMs.toFixed(0)} ms, at least ${atLeastMs.toFixed(0)} of them in the shop`;
      throw mismatch(`Expected the duration of ${nameOf(request)} in milliseconds: ${took}.`, [text]);
    };

    proves(
      'the shop answers as it should',
      { guide: 'the-shop', mistakes: ['route-missing', 'next-called-twice'] },
      () => {
        const { greeting, items, conflict, malformed, missing, external, health } = seen();
        for (const request of [greeting, external]) expectStatus(request, 200);
        expectSeededItems(items);
        expectHealthy(health);
        expectStatus(conflict, 409);
        expectStatus(malformed, 400);
        expectStatus(missing, 404);
      },
    );

    proves('each answered request has a line: method, route, status, milliseconds', timing, () => {
      const { greeting, items, external, health } = seen();
      for (const request of [greeting, items, external, health]) expectLineWith(request, 200);
    });

    proves('errors have a line with their status', timing, () => {
      expectLineWith(seen().conflict, 409);
      expectLineWith(seen().missing, 404);
      expectLineWith(seen().malformed, 400);
    });

    proves('a request that the caller gave up has a line too', timing, () => {
      for (const request of [seen().abortedAgain, seen().aborted]) lineOf(request);
    });

    proves('no request has a second line', timing, () => {
      const { shop, requests } = seen();
      for (const request of requests) {
        const lines = timingLinesOf(shop.output, request);
        if (lines.length > withSameRoute(request, requests).length)
          throw mismatch(`Expected one line for each ${nameOf(request)}.`, shop.output);
      }
    });

    proves('the milliseconds last until the response is over', timing, () => {
      const { external, aborted } = seen();
      expectDuration(lineOf(external), external, upstreamDelayMs(external.path));
      // Two end at once, in either order. A clock of whole milliseconds may be one off.
      expectDuration(longestLineOf(aborted), aborted, (aborted.underWayMs ?? 0) - 2);
    });

    proves('they begin when the request comes', timing, () => {
      const { health, healthMs } = seen();
      const { text, ms } = lineOf(health);
      if (ms <= healthMs + 2) return;
      const took = `its line was there ${healthMs.toFixed(0)} ms after it was asked`;
      throw mismatch(`Expected the duration of ${nameOf(health)} in milliseconds: ${took}.`, [text]);
    });

    const given = { ...timing, mistakes: ['aborted-not-said', ...mistakes] };
    proves('a request that was given up is not said to be answered', given, () => {
      for (const request of [seen().abortedAgain, seen().aborted]) {
        const line = lineOf(request);
        if (!readsAnswered(line, lineOf(seen().external))) continue;
        const sentence = `Expected the line about ${nameOf(request)} to say aborted: nobody got its status.`;
        throw mismatch(sentence, [line.text]);
      }
    });

    proves('no span is exported yet', { guide: 'what-the-log-cannot-say' }, () => {
      expectThat(seen().shop.spans.length === 0, 'Expected no span: tracing begins in step 2.');
    });
  },
);

/** Requests of every kind, while another waits for an answer that never comes. */
async function askMeanwhile(shop: ShopRun, agent: http.Agent) {
  const begunAt = performance.now();
  const [greeting, items, conflict, missing, malformed, external] = await Promise.all([
    shop.get('/', { agent }),
    shop.get('/items'),
    shop.post('/items', { name: 'books 1' }),
    shop.get('/no-such-page'),
    // Refused by express.json(), before any route is looked for.
    shop.post('/', refusedBody),
    // With a body, so that the request is over long before its response is.
    shop.get('/fetch-external', { json: {} }),
    delay(pauseMs.before),
  ]);
  // By itself, when the app has lived for a while.
  const askedAt = performance.now();
  const health = await shop.get('/healthz', { agent });
  const before = [greeting, items, conflict, missing, malformed, external];
  const talks = before.some(hasLine(shop, before));
  await shop.until(() => hasLine(shop, [health])(health), talks ? undefined : silentMs.one);
  const healthMs = performance.now() - askedAt;
  const splitsSeconds = told(shop, 'split-clock').length > 0;
  if (splitsSeconds) await delay(untilPartOfSecond(performance.now() - begunAt));
  const answered = { greeting, items, conflict, missing, malformed, external, health };
  const abortedAgain = await waitAgain(shop);
  // Its line comes before that of the first.
  const isLogged = hasLine(shop, [...Object.values(answered), abortedAgain]);
  if (talks) await shop.until(() => isLogged(abortedAgain), silentMs.one);
  return { answered, healthMs, abortedAgain };
}

/** The one that waits once more, beside the first: a start that is kept by method and path is the later one from now on. */
async function waitAgain(shop: ShopRun): Promise<Exchange> {
  const patience = new AbortController();
  const made = shop.get(hanging, { signal: patience.signal, boundMs: patienceMs });
  await Promise.race([made, shop.reached('/hang', 2)]);
  await delay(pauseMs.after);
  patience.abort();
  return made;
}

/** Until more than a second is over, and a part of the next that a wrong clock does not come to by chance. */
function untilPartOfSecond(elapsedMs: number): number {
  const seconds = Math.max(1, Math.floor((elapsedMs + 500) / 1000));
  return Math.max(0, seconds * 1000 + partOfSecondMs - elapsedMs);
}

/** Lines may be kept for a second or two before they are printed. A shop that has printed none by then is not waited for. */
async function untilLogged(shop: ShopRun, requests: readonly Exchange[]): Promise<void> {
  if (shop.frozen) return;
  const talks = await shop.until(() => requests.some(hasLine(shop, requests)), silentMs.all);
  if (talks) await shop.until(() => requests.every(hasLine(shop, requests)));
}

function hasLine(shop: ShopRun, requests: readonly Exchange[]): (request: Exchange) => boolean {
  return (request) => {
    const line = timingLineOf(shop.output, request, requests);
    // Without both it may be one that says that the request came.
    return line !== undefined && (line.named || line.statuses.length > 0);
  };
}

function nameOf({ method, path }: Exchange): string {
  return `${method} ${path}`;
}

function mismatch(sentence: string, lines: readonly string[]): Error {
  const printed = withoutStacks(lines)
    .map((line) => `  ${line}`)
    .join('\n');
  return new Error(`${sentence}\n\nThe app printed:\n${printed}`);
}

/** Of an error its first line: Express prints all of it for a request that it refuses, and hides what the app says. */
function withoutStacks(lines: readonly string[]): string[] {
  let below = false;
  return lines.filter((line) => {
    const error = /^\w*Error\b/.test(line);
    below = error || (below && /^[\s}]/.test(line));
    return error || !below;
  });
}
