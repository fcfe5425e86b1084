import type { AttributeValue, Span } from '../../trace/span.ts';
import { told } from '../evidence.ts';
import { nameOf } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';
import { registeredTwice } from './registration.ts';
import { allSpans, key, requestsOf, type UserRequest, usersOf, warningOf } from './user-requests.ts';

export const userOtherName: Diagnosis = {
  id: 'user-other-name',
  explain: (evidence) => {
    const users = usersOf(evidence);
    const tells = (value: AttributeValue) => [value].flat().some((one) => users.includes(String(one)));
    const spans = allSpans(evidence).filter((span) => !(key in span.attributes));
    // Where some spans have it right, one that was asked to keep the header is no mistake.
    const some = allSpans(evidence).length > spans.length;
    const attributes = spans.flatMap(({ name, attributes }) =>
      Object.entries(attributes).map(([as, value]) => ({ name, as, value })),
    );
    const other = attributes.find(
      ({ as, value }) => tells(value) && !(some && as.startsWith('http.request.header.')),
    );
    if (!other) return undefined;
    return {
      cause: `The user is recorded${some ? ` on "${other.name}"` : ''} as ${other.as}, where nobody who knows the conventions will look.`,
      mend: 'Name the attribute user.id, in the middleware and in the processor.',
    };
  },
};

export const userSetOnEnd: Diagnosis = {
  id: 'user-set-on-end',
  explain: ({ runs: [run] }) => {
    const refused = run && told(run, 'diag').some(({ message }) => message.includes('on ended Span'));
    const inTime = run?.spans.some((span) => span.kind !== 'SERVER' && key in span.attributes);
    if (!refused || inTime) return undefined;
    return {
      cause:
        'OpenTelemetry refused it: an attribute was set on a span that had ended, and a span is read-only from then on.',
      mend: 'Set user.id in onStart() of the span processor; onEnd() comes too late.',
    };
  },
};

export const userMissing: Diagnosis = {
  id: 'user-missing',
  explain: (evidence) => {
    const spans = allSpans(evidence);
    if (spans.length === 0 || spans.some((span) => key in span.attributes)) return undefined;
    return {
      cause: 'Spans came, and not one of them has a user.id.',
      mend: "In user.ts give the user of the header x-user-id (req.get() takes any case, req.headers has small letters alone) to the span that is open, trace.getActiveSpan()?.setAttribute('user.id', id), and to the context; mount the middleware with app.use(user) in app.ts, before the routes; put new UserSpanProcessor() into spanProcessors in tracing.ts.",
    };
  },
};

/** What comes of a middleware that is mounted below some of the routes, or for some of them. */
export const userMissingOnRoute: Diagnosis = {
  id: 'user-missing',
  explain: (evidence) => {
    const named = requestsOf(evidence).filter(({ user }) => user !== undefined);
    const has = ({ server, inside }: UserRequest) =>
      [server, ...inside].some((span) => key in span.attributes);
    // Where no SERVER span has its user, one that has nothing inside of it is no other case.
    const onServer = named.some(({ server }) => key in server.attributes);
    const bare = named.find(
      (one) =>
        (onServer || one.inside.length > 0) &&
        !named.some((other) => nameOf(other.request) === nameOf(one.request) && has(other)),
    );
    if (!bare || !named.some(has)) return undefined;
    return {
      cause: `Other requests have their user, and no span of ${nameOf(bare.request)}, made by ${bare.user}, has a user.id.`,
      mend: 'Mount the middleware for every path and before all routes: app.use(user), right below app.use(timing).',
    };
  },
};

export const contextReplaced: Diagnosis = {
  id: 'context-replaced',
  explain: (evidence) => {
    const requests = requestsOf(evidence);
    const alone = requests.find(({ user, inside }) => user && inside.length === 0);
    if (!alone || requests.some(({ user, inside }) => user && inside.length > 0)) return undefined;
    if (!requests.some(({ user, inside }) => user === undefined && inside.length > 0)) return undefined;
    return {
      cause: `Requests with a user, such as ${nameOf(alone.request)}, have only their SERVER span left: the context that they run in no longer holds it, so nothing is found to be inside of it.`,
      mend: 'Begin with the context that is there: context.active().setValue(key, id), not ROOT_CONTEXT.',
    };
  },
};

export const userOnWrongSpan: Diagnosis = {
  id: 'user-on-wrong-span',
  explain: (evidence) => {
    const noisy = allSpans(evidence).find((span) => span.attributes['express.type'] === 'middleware');
    const bare = requestsOf(evidence).some(({ user, server }) => user && !(key in server.attributes));
    if (!noisy || !bare) return undefined;
    return {
      cause: `Each middleware has a span of its own here, such as "${noisy.name}". Inside a middleware that one is the active span, so it got the user.id, and the SERVER span did not.`,
      mend: 'Leave the spans of middleware out, as in step 3: ignoreLayersType: [ExpressLayerType.MIDDLEWARE].',
    };
  },
};

export const serverSpanWithoutUser: Diagnosis = {
  id: 'server-span-without-user',
  explain: (evidence) => {
    const found = requestsOf(evidence).find(
      ({ user, server, inside }) =>
        user && !(key in server.attributes) && inside.some((span) => key in span.attributes),
    );
    if (!found) return undefined;
    const named = requestsOf(evidence).filter(({ user }) => user);
    if (
      named.every(({ request, server }) => key in server.attributes !== (request.outcome.kind === 'aborted'))
    ) {
      return {
        cause: `${nameOf(found.request)} was given up by its caller, and its SERVER span has no user.id, which those of answered requests have: it is set when all of the answer has been sent, and that never happens there.`,
        mend: "Set it in the middleware, at once, and not in res.on('finish', …): trace.getActiveSpan()?.setAttribute('user.id', id).",
      };
    }
    const warning = warningOf(evidence);
    if (warning) {
      return {
        cause: `The spans inside the request have the user.id, and the SERVER span has not. OpenTelemetry says: "${warning}".`,
        mend: "Set it in the middleware, at once, while that span is open, and as a text: trace.getActiveSpan()?.setAttribute('user.id', id).",
      };
    }
    const between = spanBetween(found);
    if (between) {
      return {
        cause: `The spans inside the request have the user.id, and the SERVER span has not. Between them is "${between.name}", which is ${between.scope.name.includes('express') ? 'the middleware itself: Express traces it like the handler of a route where it is mounted as one, by app.all() for example, or where its function has the name handle' : 'a span of your own'}, and in there it is the active span.`,
        mend: between.scope.name.includes('express')
          ? 'Mount it with app.use(user), and give its function another name than handle: export const user.'
          : "Set user.id before that span starts, or leave it out: trace.getActiveSpan()?.setAttribute('user.id', id) is then about the SERVER span.",
      };
    }
    return {
      cause:
        'The spans inside the request have the user.id, and the SERVER span has not: it had started before the middleware knew the user.',
      mend: "In the middleware also set it on the span that is open already: trace.getActiveSpan()?.setAttribute('user.id', id). That is the SERVER span where the middleware is mounted with app.use(user), and not in a route.",
    };
  },
};

/** A span that the middleware runs in, so that the SERVER span is not the active one there. */
function spanBetween({ server, inside }: UserRequest): Span | undefined {
  const isHandler = ({ attributes }: Span) => attributes['express.type'] === 'request_handler';
  const outer = inside.filter(({ parentSpanId }) => parentSpanId === server.spanId);
  const [first, ...others] = outer.filter(isHandler).toSorted(byStart);
  if (others.length > 0) return first;
  return outer.find((span) => !isHandler(span) && inside.some((one) => one.parentSpanId === span.spanId));
}

const byStart = (a: Span, b: Span) => Number(a.startTimeUnixNano - b.startTimeUnixNano);

export const userOnOneSpan: Diagnosis = {
  id: 'user-on-one-span',
  explain: (evidence) => {
    const requests = requestsOf(evidence).filter(({ user, inside }) => user && inside.length > 0);
    const serverOnly = requests.some(({ server }) => key in server.attributes);
    if (!serverOnly || requests.some(({ inside }) => inside.some((span) => key in span.attributes)))
      return undefined;
    if (registeredTwice(evidence.runs)) {
      return {
        cause:
          'Only the SERVER span has the user.id: register() was called more than once, so that the first tracer provider stays, and it was given no processor for it.',
        mend: 'Make one provider, with both processors in its list: spanProcessors: [new UserSpanProcessor(), new BatchSpanProcessor(new OTLPTraceExporter())].',
      };
    }
    const warning = warningOf(evidence);
    if (warning) {
      return {
        cause: `Only the SERVER span has the user.id. OpenTelemetry says: "${warning}".`,
        mend: "In onStart() of the processor set the user on the span that it is given, as a text: span.setAttribute('user.id', id).",
      };
    }
    return {
      cause:
        'Only the SERVER span has the user.id: attributes are not inherited, and no span processor set it on the others.',
      mend: "Call next() inside context.with(…), with the context that setValue() returns; read it in onStart() with the same key, and where it is a text set it: span.setAttribute('user.id', id); and put the processor into spanProcessors; where that list is given twice, only the last one counts.",
    };
  },
};

export const userLost: Diagnosis = {
  id: 'user-lost',
  explain: (evidence) => {
    const requests = requestsOf(evidence);
    for (const { request, user, server, inside } of requests) {
      const bare = inside.find((span) => !(key in span.attributes));
      if (!user || !bare) continue;
      if (requests.some((other) => other.request !== request && other.server.traceId === server.traceId)) {
        return {
          cause: `The span "${bare.name}" of ${nameOf(request)} has no user.id, and all before it have: its caller had made another request in the same trace meanwhile.`,
          mend: 'Keep the user in the context, which each request has for itself, and not by the id of the trace.',
        };
      }
      if (bare.attributes['express.type'] === 'router') {
        return {
          cause: `The span "${bare.name}" of ${nameOf(request)} has no user.id: it is that of a router, and begins before the middleware that is mounted inside of it.`,
          mend: 'Mount the middleware on the app itself, above the router: app.use(user).',
        };
      }
      return {
        cause: `The user of ${nameOf(request)} was lost on the way: its span "${bare.name}" has no user.id. It began outside of the context that has the user, or the processor left it out.`,
        mend: 'Run all that follows inside the context, context.with(context.active().setValue(key, id), next), above the routes and their routers; and in onStart(span, parentContext) set it at once on that span, whatever its kind.',
      };
    }
    return undefined;
  },
};
