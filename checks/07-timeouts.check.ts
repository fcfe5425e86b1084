import { expect } from 'vitest';
import { byDefault, defaultDeadlineMs, lateHeaders } from '../tool/check/deadlines.ts';
import { checkStep } from '../tool/check/define.ts';
import { leftOpen, secondAnswer } from '../tool/check/evidence.ts';
import { expectEnded, expectStatus, expectThat, jsonOf } from '../tool/check/expectations.ts';
import { goneOnMs, servedMs } from '../tool/check/shop-clock.ts';
import { hasUpstreamBody, reachesUpstream } from '../tool/check/shop-exchanges.ts';
import { begunLate, deadlineMs, endless, lateMs, requestsOf, timeOut } from './07-timeouts.scenario.ts';

/** How long after the answer a call may end that is aborted with it. */
const abortedMs = 150;

checkStep(
  timeOut,

  ({ proves, seen }) => {
    const arrival = ['tracing-not-loaded', 'provider-not-registered', 'endpoint-hard-coded'];
    const deadline = {
      guide: 'one-deadline',
      sections: { 'wrong-status-to-caller': 'the-answer' },
      mistakes: [
        'abort-unheard',
        'other-path-called',
        'call-never-made',
        'deadline-shared',
        'deadline-hard-coded',
        'deadline-per-try',
        'no-deadline',
        'deadline-per-chunk',
        'deadline-covers-headers-only',
        'wrong-status-to-caller',
      ],
    };
    const length = {
      guide: 'one-deadline',
      mistakes: [
        'other-path-called',
        'call-never-made',
        'deadline-shared',
        'deadline-too-short',
        'deadline-per-try',
        'deadline-begun-anew',
        'deadline-hard-coded',
      ],
    };
    const aborted = {
      guide: 'abort-do-not-abandon',
      mistakes: [
        ...arrival,
        'fetch-not-instrumented',
        'abandoned-not-aborted',
        'abort-without-error',
        'span-never-ended',
        'other-path-called',
        'call-never-made',
        'outgoing-not-linked',
      ],
    };
    const status = {
      guide: 'the-answer',
      mistakes: [
        'other-path-called',
        'call-never-made',
        'deadline-shared',
        'deadline-too-short',
        'answer-not-passed-on',
        'answer-taken-for-failure',
        'answer-held-back',
        'wrong-status-to-caller',
      ],
    };

    proves(
      'an upstream that never answers, or never ends its answer, gives the caller a 504',
      deadline,
      () => {
        for (const request of seen().hasty.requests) expectStatus(request, 504);
      },
    );

    proves('the caller waits as long as UPSTREAM_TIMEOUT_MS says', length, () => {
      const { shop, requests } = seen().hasty;
      // A timer may fire a millisecond early.
      for (const { path, durationMs } of requests) {
        const took = `it took ${durationMs.toFixed(0)} ms`;
        expectThat(
          durationMs > deadlineMs - 2,
          `Expected ${path} to be given up after ${deadlineMs} ms; ${took}.`,
        );
      }
      const timedByPath = {
        '/hang': requestsOf(requests, '/hang'),
        [lateHeaders]: begunLate(shop, requests),
      };
      for (const [path, timed] of Object.entries(timedByPath)) {
        if (timed.length === 0) continue;
        const quickestMs = Math.min(...timed.map((request) => servedMs(shop, request)));
        expectThat(
          quickestMs < lateMs,
          `Expected UPSTREAM_TIMEOUT_MS=${deadlineMs} to bring an answer to ${path} after ${deadlineMs} ms; it took ${quickestMs.toFixed(0)} ms.`,
        );
      }
    });

    proves('the connection to the upstream is closed', aborted, () => {
      for (const path of endless) {
        expectThat(
          !leftOpen(seen().hasty.shop, path),
          `Expected the call of ${path} to be aborted; the upstream still had its connection when the shop was stopped.`,
        );
      }
    });

    proves('the CLIENT span ends, with status ERROR and error.type', aborted, () => {
      const { shop, requests } = seen().hasty;
      const untraced = shop.upstream.find(({ headers }) => headers.traceparent === undefined);
      expectThat(!untraced, `Expected each call to be traced; that of ${untraced?.path} had no traceparent.`);
      // On a busy machine the deadline may pass before there is a connection, and to some instrumentations that is no error.
      const called = requests.filter((request) => reachesUpstream(shop, request));
      for (const request of called.length > 0 ? called : requests) {
        const trace = shop.traceOf(request);
        const client = trace.span({ kind: 'CLIENT' });
        expect(client).toBeInside(trace.server);
        expect(client).toHaveStatus('ERROR');
        const type = client.attributes['error.type'];
        // Some instrumentations give a DOMException's code, which is a number.
        expect(client).toHaveAttributes({ 'error.type': typeof type === 'number' ? type : /./ });
      }
      const leastMs = Math.min(...requests.map((request) => goneOnMs(shop, request)));
      expectThat(
        leastMs < abortedMs,
        `Expected the CLIENT span to end when the caller is answered; it ended ${leastMs.toFixed(0)} ms later.`,
      );
    });

    const server = {
      guide: 'the-answer',
      mistakes: [...arrival, 'other-path-called', 'call-never-made', 'wrong-status-to-caller'],
    };
    proves('the SERVER span has the 504', server, () => {
      const { shop, requests } = seen().hasty;
      for (const request of requests) {
        const { server } = shop.traceOf(request);
        expect(server).toHaveAttributes({ 'http.response.status_code': 504 });
        expect(server).toHaveStatus('ERROR');
      }
    });

    proves('an upstream that is in time is left alone', status, () => {
      const { shop, answered } = seen().patient;
      for (const request of answered) {
        expectStatus(request, 200);
        const { status, body } = Object(jsonOf(request));
        const wanted = Number(request.path.split('/status/')[1] ?? 200);
        expectThat(
          status === wanted,
          `Expected ${request.path} to pass on the upstream's status ${wanted}, not ${status ?? 'none'}.`,
        );
        if (!hasUpstreamBody(shop, request)) {
          const got = typeof body === 'string' ? body : (JSON.stringify(body) ?? 'none');
          expect.fail(
            `Expected ${request.path} to pass on the upstream's body, as text and whole; it is ${got.slice(0, 60) || 'empty'}.`,
          );
        }
        if (wanted < 400) expect(shop.traceOf(request)).not.toHaveSpan({ status: 'ERROR' });
      }
      // At least one, as on a busy machine all are slow; with none, it is the timer that they wait for.
      const quickestMs = Math.min(...answered.map((request) => servedMs(shop, request)));
      expectThat(
        quickestMs < defaultDeadlineMs,
        `Expected an answer that comes in time to be passed on at once; the quickest took ${quickestMs.toFixed(0)} ms.`,
      );
    });

    proves('an upstream that refuses the connection, or breaks it off, still gives a 502', status, () => {
      const { refused, broken, refusedThen } = seen().patient;
      for (const request of [refused, ...broken, refusedThen]) expectStatus(request, 502);
    });

    const withoutSetting = {
      guide: 'one-deadline',
      mistakes: [
        'answered-twice',
        'other-path-called',
        'deadline-too-short',
        'deadline-without-default',
        'wrong-status-to-caller',
      ],
    };
    proves(
      `where UPSTREAM_TIMEOUT_MS is not set, the deadline is ${defaultDeadlineMs} ms`,
      withoutSetting,
      () => {
        const { hung, hungMs } = seen().patient;
        expectStatus(hung, 504);
        const wanted = `Expected ${hung.path} to be given up after ${defaultDeadlineMs} ms`;
        expectThat(
          hung.durationMs > byDefault.fromMs,
          `${wanted}; it took ${hung.durationMs.toFixed(0)} ms.`,
        );
        expectThat(hungMs < byDefault.untilMs, `${wanted}; it took ${hungMs.toFixed(0)} ms.`);
      },
    );

    proves(
      'the shop goes on, and ends in time',
      {
        guide: 'one-deadline',
        sections: { 'other-errors-answered': 'the-answer' },
        mistakes: [
          'answered-twice',
          'app-crashed',
          'other-errors-answered',
          'deadline-shared',
          'other-path-called',
          'call-never-made',
          'deadline-too-short',
        ],
      },
      () => {
        const { afterwards, malformed } = seen().hasty;
        for (const request of afterwards) expectStatus(request, 200);
        expectStatus(malformed, 400);
        for (const { shop } of [seen().hasty, seen().patient]) {
          const again = shop.output.find((line) => secondAnswer.test(line));
          expectThat(!again, `Expected the app to answer each request once: ${again}`);
          expectEnded(shop);
        }
      },
    );
  },
);
