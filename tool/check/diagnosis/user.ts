import type { AttributeValue, Span } from '../../trace/span.ts';
import { type Evidence, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import type { Diagnosis } from './diagnosis.ts';

const key = 'user.id';
const header = 'x-user-id';

/** A request, who made it, and the spans of its trace. */
interface UserRequest {
  readonly request: Exchange;
  readonly user: string | undefined;
  readonly server: Span;
  /** Without the SERVER span. */
  readonly inside: readonly Span[];
}

export const userOtherName: Diagnosis = {
  id: 'user-other-name',
  explain: (evidence) => {
    const users = usersOf(evidence);
    if (spansOf(evidence).some((span) => key in span.attributes)) return undefined;
    const tells = (value: AttributeValue) => [value].flat().some((one) => users.includes(String(one)));
    const attributes = spansOf(evidence).flatMap((span) => Object.entries(span.attributes));
    const other = attributes.find(([, value]) => tells(value));
    if (!other) return undefined;
    return {
      cause: `The user is recorded as ${other[0]}, where nobody who knows the conventions will look.`,
      mend: 'Name the attribute user.id.',
    };
  },
};

export const userSetOnEnd: Diagnosis = {
  id: 'user-set-on-end',
  explain: ({ runs: [run] }) => {
    const refused = run && told(run, 'diag').some(({ message }) => message.includes('on ended Span'));
    if (!refused || run.spans.some((span) => key in span.attributes)) return undefined;
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
    const spans = spansOf(evidence);
    if (spans.length === 0 || spans.some((span) => key in span.attributes)) return undefined;
    return {
      cause: 'Spans came, and not one of them has a user.id.',
      mend: 'Mount the middleware with app.use(user) in app.ts, before the routes, and put new UserSpanProcessor() into spanProcessors in tracing.ts.',
    };
  },
};

export const userOnWrongSpan: Diagnosis = {
  id: 'user-on-wrong-span',
  explain: (evidence) => {
    const noisy = spansOf(evidence).find((span) => span.attributes['express.type'] === 'middleware');
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
    return {
      cause:
        'The spans inside the request have the user.id, and the SERVER span has not: it had started before the middleware knew the user.',
      mend: "In the middleware also set it on the span that is open already: trace.getActiveSpan()?.setAttribute('user.id', id).",
    };
  },
};

export const userMixedUp: Diagnosis = {
  id: 'user-mixed-up',
  explain: (evidence) => {
    const users = usersOf(evidence);
    for (const { request, user, server, inside } of requestsOf(evidence)) {
      const strange = [server, ...inside].find((span) => {
        const value = span.attributes[key];
        return value !== user && users.includes(String(value));
      });
      if (!strange) continue;
      return {
        cause: `${request.method} ${request.path} was made by ${user ?? 'nobody'}, and its span "${strange.name}" says ${strange.attributes[key]}: the user of another request.`,
        mend: 'Keep the user in the context, which each request has for itself: one variable serves all requests at once.',
      };
    }
    return undefined;
  },
};

export const userOnOneSpan: Diagnosis = {
  id: 'user-on-one-span',
  explain: (evidence) => {
    const requests = requestsOf(evidence).filter(({ user, inside }) => user && inside.length > 0);
    const serverOnly = requests.some(({ server }) => key in server.attributes);
    if (!serverOnly || requests.some(({ inside }) => inside.some((span) => key in span.attributes)))
      return undefined;
    return {
      cause:
        'Only the SERVER span has the user.id: attributes are not inherited, and no span processor found the user in the context.',
      mend: 'Call next() inside context.with(…), with the context that setValue() returns; read it in onStart() with the same key; and put the processor into spanProcessors.',
    };
  },
};

export const userLost: Diagnosis = {
  id: 'user-lost',
  explain: (evidence) => {
    for (const { request, user, inside } of requestsOf(evidence)) {
      const bare = inside.find((span) => !(key in span.attributes));
      if (!user || !bare) continue;
      return {
        cause: `The user of ${request.method} ${request.path} was lost on the way: its span "${bare.name}" has no user.id.`,
        mend: 'Run all that follows inside the context: context.with(context.active().setValue(key, id), next).',
      };
    }
    return undefined;
  },
};

export const userUndefined: Diagnosis = {
  id: 'user-undefined',
  explain: (evidence) => {
    const anonymous = requestsOf(evidence).filter(({ user }) => user === undefined);
    const span = anonymous
      .flatMap(({ server, inside }) => [server, ...inside])
      .find((one) => key in one.attributes);
    if (!span) return undefined;
    return {
      cause: `A request that names no user has user.id = ${JSON.stringify(span.attributes[key])}: whoever counts users will count that one.`,
      mend: 'Leave the attribute out where the header is missing.',
    };
  },
};

export const userLeaked: Diagnosis = {
  id: 'user-leaked',
  explain: (evidence) => {
    const users = usersOf(evidence);
    const headers = evidence.runs
      .flatMap(({ upstream }) => upstream)
      .flatMap((one) => Object.entries(one.headers));
    const baggage = headers.find(([name]) => name === 'baggage');
    const telling =
      baggage ?? headers.find(([, value]) => users.some((user) => String(value).includes(user)));
    if (!telling) return undefined;
    const [name, value] = telling;
    return {
      cause: `The shop sent the header "${name}: ${value}" to the upstream, a service of somebody else.`,
      mend: baggage
        ? 'Baggage is made to travel with every outgoing request. Keep the user under a key of your own: createContextKey() and setValue().'
        : 'Leave the user out of what goes to the upstream.',
    };
  },
};

function spansOf({ runs }: Evidence): Span[] {
  return runs.flatMap(({ spans }) => spans);
}

function usersOf({ runs }: Evidence): string[] {
  return runs.flatMap(({ exchanges }) => exchanges).flatMap(({ sent }) => sent[header] ?? []);
}

function requestsOf({ runs }: Evidence): UserRequest[] {
  return runs.flatMap(({ exchanges, spans }) =>
    exchanges.flatMap((request) => {
      const server = spans.find(
        (span) => span.kind === 'SERVER' && span.attributes['user_agent.original'] === request.id,
      );
      if (!server) return [];
      const inside = spans.filter((span) => span.traceId === server.traceId && span !== server);
      return [{ request, user: request.sent[header], server, inside }];
    }),
  );
}
