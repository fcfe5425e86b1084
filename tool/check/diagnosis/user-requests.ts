import type { Span } from '../../trace/span.ts';
import { type Evidence, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { serverSpanOf, spansOf } from '../shop-exchanges.ts';

export const key = 'user.id';

export const header = 'x-user-id';

/** A request, who made it, and the spans of its trace. */
export interface UserRequest {
  readonly request: Exchange;
  readonly user: string | undefined;
  readonly server: Span;
  /** Without the SERVER span. */
  readonly inside: readonly Span[];
}

export function allSpans({ runs }: Evidence): Span[] {
  return runs.flatMap(({ spans }) => spans);
}

export function usersOf({ runs }: Evidence): string[] {
  return runs.flatMap(({ exchanges }) => exchanges).flatMap(({ sent }) => sent[header] ?? []);
}

export function requestsOf({ runs }: Evidence): UserRequest[] {
  return runs.flatMap((run) =>
    run.exchanges.flatMap((request) => {
      const server = serverSpanOf(run, request);
      if (!server) return [];
      const inside = spansOf(run, request).filter((span) => span !== server);
      return [{ request, user: request.sent[header], server, inside }];
    }),
  );
}

/** What OpenTelemetry said of an attribute that it refused, without the ids of the span. */
export function warningOf({ runs }: Evidence): string | undefined {
  return runs
    .flatMap((run) => told(run, 'diag'))
    .find(({ message }) => /on ended Span|Invalid attribute value/.test(message))
    ?.message.replace(/\s*\{.*/s, '');
}
