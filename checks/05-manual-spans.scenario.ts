import type { Exchange } from '../tool/check/exchange.ts';
import type { Lab } from '../tool/check/lab.ts';
import type { ShopRun } from '../tool/check/shop-run.ts';

/** Values that occur nowhere else: found in a span, they came from the request. Their names sort before all others. */
export const added = [
  { name: 'anvil-7b3f', stock: 4711 },
  { name: 'acorn-91c2', stock: 4712 },
  { name: 'axle-4e8d', stock: 4713 },
] as const;
export const unstocked = { name: 'abacus-5d10', stock: 0 };
/** For the database as the one that failed has left it. */
export const thereafter = { name: 'awl-2c66', stock: -4714 };

/** One life, in which the database is opened, added to while other requests run, refuses a duplicate, and goes on. */
export async function addAndList(lab: Lab) {
  const shop = await lab.start({ label: 'requests that overlap', tell: 'queries' });
  const opening = await shop.get('/items');
  if (opening.outcome.kind !== 'answered') throw new Error('Expected GET /items to be answered.');
  const additions = await addWhileOthersRun(shop);
  const empty = await shop.post('/items', { name: unstocked.name });
  const listed = await shop.get('/items');
  const duplicate = await shop.post('/items', added[0]);
  const next = await shop.post('/items', thereafter);
  const last = await shop.get('/items');
  // Nothing has changed: what is kept need not be asked for, and then has no span of a query.
  const again = await shop.get('/items');
  await shop.settle();
  await shop.stop();
  return { shop, opening, additions, empty, duplicate, next, lists: [opening, listed, last, again] as const };
}

/** The first POST's headers are here before the others begin, and its body comes when the second is done. */
async function addWhileOthersRun(shop: ShopRun): Promise<Exchange[]> {
  const meanwhile = Promise.withResolvers<Exchange>();
  const [first, second, third] = await Promise.all([
    shop.post('/items', added[0], {
      beforeBody: () => {
        shop.post('/items', added[1]).then(meanwhile.resolve);
        return meanwhile.promise;
      },
    }),
    meanwhile.promise,
    shop.post('/items', added[2]),
    shop.get('/items'),
  ]);
  return [first, second, third];
}
