import { nameOf } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';
import { key, requestsOf, usersOf } from './user-requests.ts';

const leaveOut = 'Leave the user out of what goes to the upstream.';

export const userChanged: Diagnosis = {
  id: 'user-changed',
  explain: (evidence) => {
    for (const { request, user, server, inside } of requestsOf(evidence)) {
      const changed = [server, ...inside].find(
        (span) => key in span.attributes && span.attributes[key] !== user,
      );
      if (!user || !changed) continue;
      return {
        cause: `The header of ${nameOf(request)} says ${user}, and its span "${changed.name}" has user.id = ${JSON.stringify(changed.attributes[key])}.`,
        mend: "Set it as it is, as one text, in the middleware and in the processor: req.get('x-user-id').",
      };
    }
    return undefined;
  },
};

export const userMixedUp: Diagnosis = {
  id: 'user-mixed-up',
  explain: (evidence) => {
    const users = usersOf(evidence);
    for (const { request, user, server, inside } of requestsOf(evidence)) {
      const strange = [server, ...inside].find((span) => {
        const value = span.attributes[key];
        return String(value) !== user && users.includes(String(value));
      });
      if (!strange) continue;
      const cause = `${nameOf(request)} was made by ${user ?? 'nobody'}, and its span "${strange.name}" says ${strange.attributes[key]}: the user of another request`;
      const inSameTrace = requestsOf(evidence).some(
        (other) => other.server.traceId === server.traceId && other.user === String(strange.attributes[key]),
      );
      if (inSameTrace) {
        return {
          cause: `${cause} in the same trace, by a caller that acts for several users.`,
          mend: 'Keep the user in the context, which each request has for itself, and not by the id of the trace.',
        };
      }
      return {
        cause: `${cause}.`,
        mend: 'Keep the user in the context, which each request has for itself: one variable serves all requests at once.',
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
    const calls = evidence.runs.flatMap(({ upstream }) => upstream);
    const headers = calls.flatMap((one) => Object.entries(one.headers));
    const baggage = headers.find(([name]) => name === 'baggage');
    const tells = (text: unknown) => users.some((user) => String(text).includes(user));
    const telling = baggage ?? headers.find(([, value]) => tells(value));
    const address = calls.find(({ path }) => tells(path))?.path;
    if (!telling && address) {
      return {
        cause: `The shop asked the upstream, a service of somebody else, for ${address}: the user is in the address.`,
        mend: leaveOut,
      };
    }
    if (!telling) return undefined;
    const [name, value] = telling;
    return {
      cause: `The shop sent the header "${name}: ${value}" to the upstream, a service of somebody else.`,
      mend: baggage
        ? 'Baggage is made to travel with every outgoing request. Keep the user under a key of your own: createContextKey() and setValue().'
        : leaveOut,
    };
  },
};
