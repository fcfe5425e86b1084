import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import type { Exchange } from '../tool/check/exchange.ts';
import { expectHealthy, expectStatus, expectThat } from '../tool/check/expectations.ts';
import { upstreamDelayMs } from '../tool/check/lab.ts';

const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

checkStep(
  async (lab) => {
    const shop = await lab.start({ label: 'requests side by side' });
    // First, so that the others come while these wait for the upstream.
    const waiting = await Promise.all(
      ['/delay/0.4', '/delay/1', '/delay/0.7'].map((path) =>
        shop.getAsFarAsUpstream(`/fetch-external?from=${path}`),
      ),
    );
    const [greeting, items, conflict, missing, health, continued, ...external] = await Promise.all([
      shop.get('/'),
      shop.get('/items'),
      shop.post('/items', { name: 'books 1' }),
      shop.get('/no-such-page'),
      shop.get('/healthz'),
      shop.get('/', { headers: { traceparent: `00-${caller.traceId}-${caller.spanId}-01` } }),
      ...waiting.map(({ answer }) => answer),
    ]);
    await shop.settle();
    await shop.stop();
    return { shop, greeting, items, conflict, missing, health, continued, external };
  },

  ({ proves, seen }) => {
    const serverOf = (request: Exchange) => seen().shop.traceOf(request).server;
    const callOf = (request: Exchange) => seen().shop.traceOf(request).span(callTo(request));
    const arrival = [
      'exported-twice',
      'tracing-not-loaded',
      'provider-not-registered',
      'no-exporter',
      'endpoint-hard-coded',
      'nothing-instrumented',
      'sampler-too-early',
      'other-provider',
      'http-missing',
      'sdk-loaded-late',
      'server-span-twice',
    ];
    const context = [...arrival, 'no-context-manager'];
    const hook = {
      guide: 'the-hook',
      mistakes: [
        ...context,
        'server-span-ended-early',
        'no-esm-hook',
        'express-missing',
        'catch-all-route',
        'route-overwritten',
        'name-from-url',
        'server-span-renamed',
      ],
      sections: { 'express-missing': 'the-instrumentations' },
    };
    const outgoing = {
      guide: 'the-instrumentations',
      mistakes: [
        ...context,
        'fetch-not-instrumented',
        'client-span-twice',
        'outgoing-not-linked',
        'trace-not-continued',
      ],
    };

    const answers = { guide: 'what-to-do', mistakes: ['upstream-not-called'] };
    proves('the shop answers as before', answers, () => {
      const { greeting, items, conflict, missing, health, continued, external } = seen();
      expectHealthy(health);
      for (const request of [greeting, items, continued, ...external]) expectStatus(request, 200);
      expectStatus(conflict, 409);
      expectStatus(missing, 404);
    });

    proves('a request is one SERVER span', { guide: 'the-instrumentations', mistakes: arrival }, () => {
      const { shop, greeting, items, conflict, health } = seen();
      for (const request of [greeting, items, conflict, health]) {
        const trace = shop.traceOf(request);
        // Everything that arrived, when nothing of this request did: it shows what came in its place.
        expect(trace.spans.length > 0 ? trace : shop.allSpans).toHaveSpan({ kind: 'SERVER' });
        expect(trace).toHaveSpans(1, { kind: 'SERVER' });
      }
    });

    proves('the SERVER span is named by method and route', hook, () => {
      expect(serverOf(seen().greeting)).toBeNamed('GET /');
      expect(serverOf(seen().items)).toBeNamed('GET /items');
      expect(serverOf(seen().conflict)).toBeNamed('POST /items');
      expect(serverOf(seen().health)).toBeNamed('GET /healthz');
      for (const request of seen().external) expect(serverOf(request)).toBeNamed('GET /fetch-external');
    });

    proves('it has the stable HTTP attributes', hook, () => {
      expect(serverOf(seen().items)).toHaveAttributes({
        'http.request.method': 'GET',
        'url.path': '/items',
        'http.route': '/items',
        'http.response.status_code': 200,
      });
      expect(serverOf(seen().conflict)).toHaveAttributes({ 'http.response.status_code': 409 });
    });

    const express = {
      ...hook,
      mistakes: [...hook.mistakes, 'handler-ignored'],
      sections: { ...hook.sections, 'handler-ignored': 'less-noise' },
    };
    proves('an Express span lies inside the SERVER span', express, () => {
      for (const request of [seen().items, seen().conflict]) {
        const handler = seen().shop.traceOf(request).span({ 'express.type': 'request_handler' });
        expect(handler).toBeInside(serverOf(request));
      }
    });

    const noise = { guide: 'less-noise', mistakes: [...hook.mistakes, 'middleware-noise'] };
    proves('middleware makes no spans', noise, () => {
      for (const request of [seen().items, seen().conflict]) {
        expect(serverOf(request)).toBeDefined();
        expect(seen().shop.traceOf(request)).not.toHaveSpan({ 'express.type': 'middleware' });
      }
    });

    proves('the call to the upstream is a CLIENT span inside, as long as the upstream took', outgoing, () => {
      for (const request of seen().external) {
        expect(callOf(request)).toBeInside(serverOf(request));
        expect(callOf(request)).toLastAtLeast(upstreamDelayMs(request.path), 'the upstream took to answer');
      }
    });

    proves('one call makes one CLIENT span', outgoing, () => {
      for (const request of seen().external)
        expect(seen().shop.traceOf(request)).toHaveSpans(1, { kind: 'CLIENT' });
    });

    proves('the upstream is told of the trace by its traceparent header', outgoing, () => {
      for (const request of seen().external) {
        const { traceId, spanId } = callOf(request);
        const [asked] = seen().shop.upstream.filter(({ path }) => path === upstreamPath(request));
        const wanted = `00-${traceId}-${spanId}-01`;
        const got = asked?.headers.traceparent ?? 'none';
        expectThat(
          got === wanted,
          `Expected the traceparent header that ${upstreamPath(request)} got to name the CLIENT span: ${wanted}, not ${got}.`,
        );
      }
    });

    proves('the trace of a caller is continued', outgoing, () => {
      const server = serverOf(seen().continued);
      expectThat(
        server.traceId === caller.traceId,
        `Expected the trace id of the incoming traceparent header, ${caller.traceId}, not ${server.traceId}.`,
      );
      expectThat(
        server.parentSpanId === caller.spanId,
        `Expected the caller's span ${caller.spanId} as the parent, not ${server.parentSpanId ?? 'none'}.`,
      );
    });

    proves('requests that run at once stay apart', outgoing, () => {
      const { shop, greeting, items, conflict, missing, health, external } = seen();
      const requests = [greeting, items, conflict, missing, health, ...external];
      const ids = new Set(requests.map((request) => serverOf(request).traceId));
      expectThat(
        ids.size === requests.length,
        `Expected a trace of its own for each of ${requests.length} requests, not ${ids.size} traces.`,
      );
      for (const request of requests) {
        const calls = external.includes(request) ? 1 : 0;
        expect(shop.traceOf(request)).toHaveSpans(calls, { kind: 'CLIENT', 'url.full': /./ });
      }
    });

    proves('a page that does not exist has no route', hook, () => {
      const server = serverOf(seen().missing);
      expect(server).toHaveAttributes({ 'http.response.status_code': 404, 'http.route': undefined });
      expect(server).toBeNamed('GET');
    });

    const names = { ...outgoing, guide: 'what-you-will-see', mistakes: [...context, 'name-from-url'] };
    proves('requests of one route, and calls of one upstream, have spans of the same names', names, () => {
      const { shop, external } = seen();
      const alike = [
        external.map(callOf),
        external.flatMap((request) => shop.traceOf(request).all({ 'express.type': 'request_handler' })),
      ];
      for (const spans of alike) {
        const named = [...new Set(spans.map(({ name }) => `"${name}"`))];
        expectThat(named.length <= 1, `Expected one name for all of these, not ${named.join(', ')}.`);
      }
    });
  },
);

function upstreamPath({ path }: Exchange): string {
  return path.split('from=')[1] ?? '';
}

function callTo(request: Exchange) {
  return { kind: 'CLIENT', 'url.full': new RegExp(`${upstreamPath(request).replace('.', '\\.')}$`) } as const;
}
