import type { Visited } from './load.ts';

/** What is about to be seen. */
export function renderDemoStart(users: readonly string[], seconds: number): string {
  const names = `${users.slice(0, -1).join(', ')} and ${users.at(-1)}`;
  return `Demo: ${names} use the shop for ${seconds} s, and something goes wrong now and then. Ctrl-C ends it.`;
}

/** A request of a user, and its answer. */
export function renderVisited({ user, visit, status }: Visited): string {
  const { method = 'GET', path, body, note } = visit;
  const call = [method, path, ...(body ? [JSON.stringify(body)] : [])].join(' ');
  return `${user || 'health'} │ ${call} → ${status}${note ? `: ${note}` : ''}`;
}

/** How many requests there were, by what was answered: `31 requests: 26 × 200, 3 × 409, 2 × 504.` */
export function renderDemoEnd(statuses: readonly number[]): string {
  const byStatus = Map.groupBy(statuses.toSorted(), (status) => status);
  const counts = [...byStatus].map(([status, same]) => `${same.length} × ${status}`);
  return `${statuses.length} requests: ${counts.join(', ') || 'the shop was stopped before'}.`;
}
