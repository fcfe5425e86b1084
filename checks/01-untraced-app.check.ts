import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import type { Exchange } from '../tool/check/exchange.ts';
import { bodyOf, expectStatus, jsonOf } from '../tool/check/expectations.ts';
import { upstreamDelayMs } from '../tool/check/lab.ts';
import { timingLineOf, timingLinesOf, withSameRoute } from '../tool/check/timing-line.ts';

const abortedAfterMs = 100;

checkStep(
  async (lab) => {
    const startedAt = performance.now();
    const shop = await lab.start({ label: 'requests of every kind' });
    const [greeting, items, conflict, missing, external] = await Promise.all([
      shop.get('/'),
      shop.get('/items'),
      shop.post('/items', { name: 'books 1' }),
      shop.get('/no-such-page'),
      // With a body, so that the request is over long before its response is.
      shop.get('/fetch-external', { json: {} }),
    ]);
    const aborted = await shop.getAndGiveUp('/fetch-external?from=/hang', abortedAfterMs);
    const health = await shop.get('/healthz');
    const requests = [greeting, items, conflict, missing, external, aborted, health];

    await shop.until(() => requests.every((request) => timingLineOf(shop.output, request, requests)));
    await shop.stop();
    const lifeMs = performance.now() - startedAt;
    return { shop, greeting, items, conflict, missing, external, aborted, health, requests, lifeMs };
  },

  ({ proves, seen }) => {
    const mistakes = [
      'route-missing',
      'line-broken',
      'wrong-unit',
      'timed-too-early',
      'timed-twice',
      'abort-not-timed',
      'line-incomplete',
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
    const expectDuration = (request: Exchange, atLeastMs: number) => {
      const { text, ms } = lineOf(request);
      // No request lasts longer than the app lived: more is another unit, or no duration at all.
      if (ms >= atLeastMs && ms <= seen().lifeMs) return;
      const took = `it took the caller ${request.durationMs.toFixed(0)} ms, at least ${atLeastMs} of them in the shop`;
      throw mismatch(`Expected the duration of ${nameOf(request)} in milliseconds: ${took}.`, [text]);
    };

    proves('the shop answers as it should', { guide: 'the-shop', mistakes: ['route-missing'] }, () => {
      const { greeting, items, conflict, missing, external, health } = seen();
      for (const request of [greeting, items, external, health]) expectStatus(request, 200);
      expectStatus(conflict, 409);
      expectStatus(missing, 404);
      expect(bodyOf(health).trim()).toBe('ok');
      expect(jsonOf(items)).toHaveLength(40);
      expect(jsonOf(items)).toContainEqual({ id: 1, name: 'books 1', stock: 997 });
    });

    proves('each answered request has a line: method, route, status, milliseconds', timing, () => {
      const { greeting, items, external, health } = seen();
      for (const request of [greeting, items, external, health]) expectLineWith(request, 200);
    });

    proves('errors have a line with their status', timing, () => {
      expectLineWith(seen().conflict, 409);
      expectLineWith(seen().missing, 404);
    });

    proves('a request that the caller gave up has a line too', timing, () => {
      lineOf(seen().aborted);
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
      expectDuration(external, upstreamDelayMs(external.path));
      expectDuration(aborted, abortedAfterMs - 2);
    });

    proves('no span is exported yet', { guide: 'what-the-log-cannot-say' }, () => {
      expect(seen().shop.spans, 'Expected no span: tracing begins in step 2.').toHaveLength(0);
    });
  },
);

function nameOf({ method, path }: Exchange): string {
  return `${method} ${path}`;
}

function mismatch(sentence: string, lines: readonly string[]): Error {
  const printed = lines.map((line) => `  ${line}`).join('\n');
  return new Error(`${sentence}\n\nThe app printed:\n${printed}`);
}
