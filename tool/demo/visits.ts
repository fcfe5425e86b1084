/** A request that a user of the shop makes, and what is worth knowing about its answer. */
export interface Visit {
  readonly method?: 'POST';
  readonly path: string;
  readonly body?: object;
  /** Said of the answer, where it is not what one would expect. */
  readonly note?: string;
}

/** What somebody does, over and over. `round` counts from 1, so that items can be new each time. */
export type Habit = (round: number) => readonly Visit[];

const items: Visit = { path: '/items' };
const upstream = (from: string, note?: string): Visit => ({
  path: `/fetch-external?from=${from}`,
  ...(note && { note }),
});
const add = (name: string, note?: string): Visit => ({
  method: 'POST',
  path: '/items',
  body: { name, stock: 3 },
  ...(note && { note }),
});

/** Who uses the shop, by the user id that step 4 puts on the spans. Each round has one thing that goes wrong, at most. */
export const HABITS: Readonly<Record<string, Habit>> = {
  ada: () => [{ path: '/' }, items, items, upstream('/delay/.2'), items],
  grace: (round) => [
    items,
    add(`lamp ${round}`),
    add(`lamp ${round}`, 'there is already an item of that name'),
    items,
    items,
  ],
  edsger: () => [
    items,
    upstream('/delay/1', 'the upstream is slow'),
    items,
    upstream('/status/500', "the upstream failed: look at the call's own span"),
    items,
  ],
  barbara: () => [
    upstream('/delay/.1'),
    items,
    upstream('/hang', 'the upstream never answers, so its deadline ended the call'),
    items,
    { path: '/' },
    items,
  ],
  // Without a user id, as a load balancer asks: step 6 samples none of these.
  '': () => [{ path: '/healthz' }],
};
