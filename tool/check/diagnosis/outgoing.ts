import type { Span } from '../../trace/span.ts';
import { type AppRun, told } from '../evidence.ts';
import { nameOf, serverSpanOf, statusOf } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';

const callsToUpstream = (run: AppRun | undefined) =>
  run?.upstream.filter(({ path }) => path.startsWith('/delay')) ?? [];

/** Those of calls to another service; a query is a CLIENT span as well. */
const clientSpans = (run: AppRun | undefined) =>
  run?.spans.filter(
    ({ kind, attributes }) =>
      kind === 'CLIENT' &&
      attributes['db.system.name'] === undefined &&
      attributes['db.system'] === undefined,
  ) ?? [];

const isParent = (span: Span) => (other: Span) =>
  span.parentSpanId === other.spanId && span.traceId === other.traceId;

export const fetchNotInstrumented: Diagnosis = {
  id: 'fetch-not-instrumented',
  explain: ({ runs }) => {
    const calls = runs.flatMap(({ upstream }) => upstream);
    const byFetch = calls.some(
      ({ headers }) => headers['sec-fetch-mode'] !== undefined && headers.traceparent === undefined,
    );
    if (!byFetch) return undefined;
    return {
      cause:
        'The upstream was called with fetch(), which does not go through the http module: HttpInstrumentation sees nothing of it.',
      mend: 'Keep http.get() in upstream.ts. fetch() has an instrumentation of its own, @opentelemetry/instrumentation-undici.',
    };
  },
};

export const outgoingNotLinked: Diagnosis = {
  id: 'outgoing-not-linked',
  explain: ({ runs: [run] }) => {
    const calls = callsToUpstream(run);
    const clients = clientSpans(run);
    if (calls.length === 0 || !run?.spans.some(({ kind }) => kind === 'SERVER')) return undefined;
    if (clients.some(({ parentSpanId }) => parentSpanId === undefined)) {
      return {
        cause:
          'The call to the upstream has a CLIENT span, which is the root of a trace of its own: the context of the request was lost on the way.',
        mend: 'Call the upstream inside the request, in the active context: not from a timer or a queue, nor in ROOT_CONTEXT.',
      };
    }
    if (calls.some(({ headers }) => headers.traceparent === undefined))
      return clients.length === 0 ? notTraced : notPropagated(run);
    if (new Set(clients.map(({ traceId }) => traceId)).size < clients.length) return inAnotherTrace;
    const told = (spanId: string) =>
      calls.some(({ headers }) => String(headers.traceparent).includes(spanId));
    return clients.length > 0 && !clients.some(({ spanId }) => told(spanId)) ? otherSpanNamed : undefined;
  },
};

/** Where some calls are traced and others are not. */
export const someCallsNotTraced: Diagnosis = {
  id: 'outgoing-not-linked',
  explain: ({ runs }) => {
    const calls = runs.flatMap(({ upstream }) => upstream);
    const untraced = calls.find(isUntraced);
    if (!untraced || calls.every(isUntraced)) return undefined;
    return {
      cause: `The upstream was called at ${untraced.path} without a traceparent header, and at other paths with one: that call is not traced.`,
      mend: 'Let HttpInstrumentation see every call: ignoreOutgoingRequestHook leaves out those for which it returns true, and suppressTracing() what runs in it.',
    };
  },
};

const isUntraced = ({ headers }: AppRun['upstream'][number]) => headers.traceparent === undefined;

const isOwn = ({ scope }: Span) => !scope.name.includes('instrumentation');

export const upstreamNotCalled: Diagnosis = {
  id: 'upstream-not-called',
  explain: ({ runs: [run] }) => {
    const failed = run?.exchanges.find(
      (one) => statusOf(one) === 502 && !run.upstream.some(({ path }) => one.path.endsWith(`from=${path}`)),
    );
    if (!failed) return undefined;
    return {
      cause: `${nameOf(failed)} was answered with 502, and the upstream was never asked. The catch block in app.ts does not say why.`,
      mend: 'Leave upstream.ts as it was: client.get(new URL(path, upstream), …). To see the error, print it in that catch block.',
    };
  },
};

export const clientSpanTwice: Diagnosis = {
  id: 'client-span-twice',
  explain: ({ runs: [run] }) => {
    const clients = clientSpans(run);
    const inner = clients.find((span) => clients.some(isParent(span)));
    const outer = inner && clients.find(isParent(inner));
    if (!inner || !outer) return besideTheOther(clients);
    const own = [outer, inner].find(isOwn);
    return {
      cause: own
        ? `A call to the upstream has two CLIENT spans, one inside the other: that of HttpInstrumentation, and "${own.name}" from your own code (${own.scope.name}).`
        : `A call to the upstream has two CLIENT spans, one inside the other: ${outer.scope.name} and ${inner.scope.name} both see it.`,
      mend: own
        ? 'Leave the CLIENT span to HttpInstrumentation, and put no span of your own around the call.'
        : 'Register one instrumentation for it, once, and the hook once.',
    };
  },
};

function besideTheOther(clients: readonly Span[]) {
  const own = clients.find(
    (span) => isOwn(span) && clients.some((other) => other.traceId === span.traceId && !isOwn(other)),
  );
  if (!own) return undefined;
  return {
    cause: `A call to the upstream has two CLIENT spans: that of HttpInstrumentation, and "${own.name}" from your own code (${own.scope.name}).`,
    mend: 'Leave the CLIENT span to HttpInstrumentation; a span of your own around the call is of kind INTERNAL.',
  };
}

/** What comes of a propagator that writes the header and does not read it. */
export const traceNotContinued: Diagnosis = {
  id: 'trace-not-continued',
  explain: ({ runs: [run] }) => {
    const called = run?.exchanges.find(({ sent }) => sent.traceparent !== undefined);
    const server = run && called && serverSpanOf(run, called);
    if (!server || called.sent.traceparent?.includes(server.traceId)) return undefined;
    return {
      cause: `A caller sent traceparent: ${called.sent.traceparent}, and the SERVER span began a trace of its own: nothing reads that header.`,
      mend: 'Call provider.register() without a propagator: it then brings W3CTraceContextPropagator, which reads it and writes it.',
    };
  },
};

const inAnotherTrace = {
  cause:
    'The calls of several requests have their CLIENT spans in one trace: they are made in the context of another request.',
  mend: 'Keep no context in a variable of the module: the call finds the request that it runs in by itself.',
};

const otherSpanNamed = {
  cause:
    'The upstream got a traceparent header that names another span than the CLIENT span of the call, so what it does will not be inside of it.',
  mend: 'Leave the header to HttpInstrumentation; who writes it by hand must do it in the context in which the CLIENT span is active.',
};

const notTraced = {
  cause:
    'The upstream was called, and no CLIENT span came: outgoing requests are not instrumented, or tracing is suppressed around them.',
  mend: 'Leave the outgoing part of HttpInstrumentation on: no disableOutgoingRequestInstrumentation, no ignoreOutgoingRequestHook. And call it as http.get(), with import http from "node:http": what import { get } or import * as http takes out of it is not the function that is traced.',
};

function notPropagated(run: AppRun) {
  const registered = told(run, 'registered').some(({ what }) => what === 'propagation');
  return {
    cause: registered
      ? 'The CLIENT span is there, and the upstream got no traceparent header: the propagator that you registered does not write it.'
      : 'The CLIENT span is there, and the upstream got no traceparent header: no propagator is registered.',
    mend: 'Call provider.register() without a propagator: it then brings W3CTraceContextPropagator.',
  };
}
