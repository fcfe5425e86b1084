import { durationMs, type Span } from '../../trace/span.ts';
import { type AppRun, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { nameOf, serverSpanOf, statusOf } from '../shop-exchanges.ts';
import type { Diagnosis, Explanation } from './diagnosis.ts';

const http = '@opentelemetry/instrumentation-http';
const serverSpans = (run: AppRun) => run.spans.filter(({ kind }) => kind === 'SERVER');
const httpServerSpans = (run: AppRun) => serverSpans(run).filter(({ scope }) => scope.name === http);

export const serverSpanTwice: Diagnosis = {
  id: 'server-span-twice',
  explain: ({ runs: [run] }) => {
    const own = run && serverSpans(run).find((span) => span.scope.name !== http && isInside(span, run));
    if (!own) return undefined;
    return {
      cause: `Inside the SERVER span of the instrumentation there is another one, "${own.name}", from your own code: each request counts twice.`,
      mend: 'Leave the SERVER span to HttpInstrumentation; trace.getActiveSpan() gives it to you inside the request.',
    };
  },
};

export const nameFromUrl: Diagnosis = {
  id: 'name-from-url',
  explain: ({ runs: [run] }) => {
    const named =
      run &&
      httpServerSpans(run).find(
        (span) => span.name.includes('/') && (!hasRoute(span) || span.name.includes('?')),
      );
    if (!named) return run && insideNamedByUrl(run);
    return {
      cause: `The SERVER span "${named.name}" is named by a path that no route has: with every new address there would be a new name.`,
      mend: 'Leave the name to the instrumentations: method and route, and the method alone where there is no route.',
    };
  },
};

/** The check asks the upstream for paths that differ. */
function insideNamedByUrl(run: AppRun): Explanation | undefined {
  const paths = run.upstream.map(({ path }) => path);
  const named = run.spans.find(
    ({ kind, name }) => kind !== 'SERVER' && paths.some((path) => name.includes(path)),
  );
  if (!named) return undefined;
  return {
    cause: `The ${named.kind} span "${named.name}" is named by an address: with every new one there would be a new name, and spans are grouped by their names.`,
    mend: 'Leave the names to the instrumentations, without updateName() and spanNameHook; url.full and url.path have the address.',
  };
}

export const serverSpanRenamed: Diagnosis = {
  id: 'server-span-renamed',
  explain: ({ runs: [run] }) => {
    const named = run && httpServerSpans(run).find(({ name }) => !/^(GET|POST)( \/\S*)?$/.test(name));
    if (!named) return undefined;
    return {
      cause: `A SERVER span is named "${named.name}": a hook of yours gives it a name of its own.`,
      mend: 'Leave the name to the instrumentations: method and route, and the method alone where there is no route.',
    };
  },
};

/** Only a second end tells that the first one was not the instrumentation's. */
export const serverSpanEndedEarly: Diagnosis = {
  id: 'server-span-ended-early',
  explain: ({ runs: [run] }) => {
    if (!run || !told(run, 'diag').some(({ message }) => message.includes('end() on a span once')))
      return undefined;
    const request = run.exchanges.find((one) => statusOf(one) !== undefined && endedEarly(run, one));
    const span = request && serverSpanOf(run, request);
    if (!span) return undefined;
    return {
      cause: `The SERVER span of ${nameOf(request)} was ended after ${durationMs(span)?.toFixed(1)} ms, before HttpInstrumentation could say more of it: it has no route and no status. Code of yours ends it, such as a hook.`,
      mend: 'Call end() on no span but your own: HttpInstrumentation ends the ones that it starts.',
    };
  },
};

export const catchAllRoute: Diagnosis = {
  id: 'catch-all-route',
  explain: ({ runs: [run] }) => {
    const { request, route } = routeOfNoPage(run);
    if (!request || !/[*{:]/.test(route)) return undefined;
    return {
      cause: `${nameOf(request)} is answered by the route ${route}, which takes every address: its span gets a route and a name, as if there were such a page.`,
      mend: 'Leave such an address to Express, or answer it below all routes with app.use((req, res) => { … }), which is no route.',
    };
  },
};

export const routeOverwritten: Diagnosis = {
  id: 'route-overwritten',
  explain: ({ runs: [run] }) => {
    const { request, route } = routeOfNoPage(run);
    if (!request) return undefined;
    return {
      cause: `${nameOf(request)} has no route, and its SERVER span says http.route: ${route}. Code of yours writes it, such as a hook.`,
      mend: 'Leave http.route to the instrumentations: ExpressInstrumentation knows the route, and the address is in url.path.',
    };
  },
};

/** A request that was answered with 404, and the route that its SERVER span names. */
function routeOfNoPage(run: AppRun | undefined) {
  const request = run?.exchanges.find((one) => statusOf(one) === 404 && hasRoute(serverSpanOf(run, one)));
  const span = run && request && serverSpanOf(run, request);
  return { request, route: String(span?.attributes['http.route']) };
}

function endedEarly(run: AppRun, request: Exchange): boolean {
  const span = serverSpanOf(run, request);
  return span?.scope.name === http && span.attributes['http.response.status_code'] === undefined;
}

function isInside(span: Span, { spans }: AppRun): boolean {
  return spans.some(({ spanId, kind }) => spanId === span.parentSpanId && kind === 'SERVER');
}

function hasRoute(span: Span | undefined): boolean {
  return span?.attributes['http.route'] !== undefined;
}
