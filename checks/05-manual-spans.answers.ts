import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Exchange } from '../tool/check/exchange.ts';
import { bodyOf, expectStatus, expectThat, jsonOf } from '../tool/check/expectations.ts';

interface Item {
  readonly id: number;
  readonly name: string;
  readonly stock: number;
}

export const seeded: readonly Item[] = [
  'books',
  'games',
  'garden',
  'kitchen',
  'music',
  'office',
  'sports',
  'tools',
]
  .flatMap((shelf) => [1, 2, 3, 4, 5].map((number) => `${shelf} ${number}`))
  .map((name, index) => ({ id: index + 1, name, stock: 997 }));

export const itemOf = (addition: Exchange) => jsonOf(addition) as Item;

export function expectAdded(request: Exchange, item: unknown): void {
  expectStatus(request, 201);
  const { id, ...rest } = itemOf(request);
  const [wanted, got] = [item, rest].map((one) => JSON.stringify(one));
  expectThat(Number.isInteger(id), `Expected POST /items to answer with the id of the new item, not ${id}.`);
  expectThat(isDeepStrictEqual(rest, item), `Expected POST /items to answer with ${wanted}, not ${got}.`);
}

/** Under the id that the answer says; whether it is there at all is asked with the whole list. */
export function expectListed(addition: Exchange, list: Exchange): void {
  const { id, name } = itemOf(addition);
  const items = jsonOf(list);
  const found = Array.isArray(items) ? items.map(Object).find((item) => item.name === name) : undefined;
  if (!found) return;
  const sentence = `Expected POST /items to answer with the id that GET /items has for ${name}: ${found.id}, not ${id}.`;
  expectThat(id === found.id, sentence);
}

export function expectItems(request: Exchange, expected: readonly Item[]): void {
  expectStatus(request, 200);
  const list = jsonOf(request);
  const { length } = expected;
  const answer = bodyOf(request).trim().slice(0, 60) || 'nothing';
  if (!Array.isArray(list))
    expect.fail(`Expected GET /items to list ${length} items; it was answered with ${answer}.`);
  const items: readonly unknown[] = list;
  expectThat(items.length === length, `Expected GET /items to list ${length} items, not ${items.length}.`);
  for (const [index, item] of items.entries()) {
    const [wanted, got] = [expected[index], item].map((one) => JSON.stringify(one));
    const sentence = `Expected the item in place ${index + 1} to be ${wanted}, not ${got}.`;
    expectThat(isDeepStrictEqual(item, expected[index]), sentence);
  }
}
