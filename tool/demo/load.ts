import type { Habit, Visit } from './visits.ts';

/** What came of a visit; without a status where the app was restarting, or has gone. */
export interface Visited {
  readonly user: string;
  readonly visit: Visit;
  readonly status?: number;
}

export interface LoadOptions {
  readonly url: string;
  /** What each user does, by their user id. */
  readonly habits: Readonly<Record<string, Habit>>;
  /** Ends the load: nobody makes another request. */
  readonly signal: AbortSignal;
  readonly onVisited: (visited: Visited) => void;
  /** Between two requests of one user; resolves early where the signal aborts. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
}

/** Longer than the deadline of the last step's upstream call. */
const ANSWER_MS = 10_000;

/**
 * Users of the shop, each of whom waits for the answer, looks at it for a while and asks for the next thing; until the signal aborts and
 * the last answer has come. Not by a load generator such as autocannon: those find out how much a server bears, with connections that
 * never rest, and two requests a second by people with different habits is what they do not do.
 */
export async function generateLoad(options: LoadOptions): Promise<void> {
  await Promise.all(Object.entries(options.habits).map(([user, habit]) => useShop(user, habit, options)));
}

async function useShop(user: string, habit: Habit, options: LoadOptions): Promise<void> {
  const { url, signal, onVisited, pause } = options;
  for (let round = 1; ; round++) {
    for (const visit of habit(round)) {
      // Also before the first, so that they do not all come at once.
      await pause(signal);
      if (signal.aborted) return;
      const status = await request(url, user, visit);
      onVisited({ user, visit, ...(status !== undefined && { status }) });
    }
  }
}

async function request(url: string, user: string, visit: Visit): Promise<number | undefined> {
  const { method = 'GET', path, body } = visit;
  const headers = { ...(user && { 'x-user-id': user }), ...(body && { 'content-type': 'application/json' }) };
  try {
    const response = await fetch(url + path, {
      method,
      headers,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
