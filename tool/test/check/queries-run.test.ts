import { describe, expect, test } from 'vitest';
import type { AppRun, Testimony } from '../../check/evidence.ts';
import type { Exchange } from '../../check/exchange.ts';
import { accountFor, tellsOfAnother } from '../../check/queries-run.ts';
import { essenceOf, tellsOf } from '../../check/sql.ts';
import type { Span } from '../../trace/span.ts';
import { makeSpan } from '../terminal/make-span.ts';

const list = 'SELECT id FROM items';
const stock = 'SELECT SUM(quantity) FROM movements WHERE item_id = ?';
const request = { id: 'one', method: 'GET', path: '/items', sent: {} } as unknown as Exchange;
const server = makeSpan('server', { kind: 'SERVER', attributes: { 'user_agent.original': 'one' } });
const { traceId } = server;

describe('what a request gave to the database', () => {
  test('is told by a span for each query', () => {
    const account = accountOf([query('a', list), query('b', stock)], [ran(list, 'a'), ran(stock, 'b')]);
    expect(account).toMatchObject({ hidden: [], empty: [] });
    expect(account?.told.map(([{ spanId }, { text }]) => [spanId, text])).toEqual([
      ['a', list],
      ['b', stock],
    ]);
  });

  test('is hidden where a second query runs in the same span', () => {
    const { hidden = [] } = accountOf([query('a', list)], [ran(list, 'a'), ran(stock, 'a')]) ?? {};
    expect(hidden.map(({ ran, within }) => [ran.text, within?.spanId])).toEqual([[stock, 'a']]);
  });

  test('is hidden where no span is open, and known by its text where there is one', () => {
    const { hidden = [], empty } = accountOf([query('a', list)], [ran(list), ran(stock)]) ?? {};
    expect(hidden.map(({ beside }) => beside?.spanId)).toEqual(['a', undefined]);
    expect(empty?.map(({ spanId }) => spanId)).toEqual(['a']);
  });

  test('has a span that tells of nothing where none ran', () => {
    expect(accountOf([query('a', list)], [])?.empty).toHaveLength(1);
  });

  test('is told by the span that has its text, whichever began first', () => {
    const spans = [query('a', list), query('b', stock)];
    for (const within of [
      ['a', 'b'],
      ['b', 'a'],
    ])
      expect(accountOf(spans, [ran(list, ...within), ran(stock, ...within)])).toMatchObject({
        hidden: [],
        empty: [],
      });
  });

  test('is hidden in a span that has another text, before its own query ran', () => {
    const { hidden = [] } = accountOf([query('a', list)], [ran(stock, 'a'), ran(list, 'a')]) ?? {};
    expect(hidden.map(({ ran }) => ran.text)).toEqual([stock]);
  });

  test('is told by its own trace where another request has the same span open', () => {
    const other = { ...query('b', list), traceId: 'f'.repeat(32) };
    expect(accountOf([query('a', list), other], [ran(list, 'b', 'a')])).toMatchObject({
      hidden: [],
      empty: [],
    });
  });

  test('is each statement of several', () => {
    const { hidden = [] } =
      accountOf([query('a', list)], [ran(`BEGIN; ${list}; ${stock}; COMMIT`, 'a')]) ?? {};
    expect(hidden.map(({ ran }) => ran.text)).toEqual([stock]);
  });

  test('is not known where a thread asks', () => {
    expect(
      accountOf([query('a', list)], [{ type: 'query-ran', text: list, within: [], inThread: true }]),
    ).toBeUndefined();
  });

  test('is compared with the text of its span', () => {
    const told = (text: string, run: string) => {
      const account = accountOf([query('a', text)], [ran(run, 'a')]);
      return account && tellsOfAnother(account) === undefined;
    };
    expect(told(list, list)).toBe(true);
    expect(told('select id\n  from "items"', list)).toBe(true);
    expect(told(list, stock)).toBe(false);
    expect(told('DELETE FROM items', list)).toBe(false);
  });

  test('leaves transactions and the schema out', () => {
    const account = accountOf(
      [query('a', list)],
      [ran('BEGIN'), ran(list, 'a'), ran('PRAGMA user_version'), ran('COMMIT')],
    );
    expect(account).toMatchObject({ hidden: [], empty: [] });
  });

  test('is not known where the database is filled in the same trace, or nobody watched', () => {
    const spans = [query('a', list)];
    expect(accountOf(spans, [], [{ type: 'database-filled', traceId }])).toBeUndefined();
    expect(accountOf(spans, [], [])).toBeUndefined();
  });

  test('is not known where a span was written down afterwards, or by a tracer of its own', () => {
    const spans = [query('a', list)];
    const opened = { type: 'database-filled' } as const;
    expect(accountOf(spans, [ran(list)], [opened], [started('a', true)])).toBeUndefined();
    expect(accountOf(spans, [ran(list)], [opened], [])).toBeUndefined();
  });
});

test.each([
  ['SELECT a, b FROM items, movements WHERE item_id = id', 'select items movements'],
  ['select * from "main"."items" as i join [movements] m on m.item_id = i.id', 'select items movements'],
  ['INSERT INTO items (name) VALUES (?), (?)', 'insert items'],
  ['UPDATE items SET a = 1, b = 2', 'update items'],
  ['SELECT id FROM items ORDER BY a, b LIMIT 5, 10', 'select items'],
  ['/* of the shop */ DELETE FROM items -- all', 'delete items'],
  ['SELECT id -- all of them\nFROM items', 'select items'],
  ["INSERT INTO items (name) VALUES ('from the supplier')", 'insert items'],
  ['COMMIT', 'commit'],
])('the essence of %s', (text, essence) => {
  expect(essenceOf(text)).toBe(essence);
});

test.each([
  ['SELECT id, name, SUM(quantity) AS stock FROM…', true],
  ['SELECT id, name, SUM(quantity) AS stock FROM i', true],
  ['SELECT id, name FROM items', false],
  ['SELECT', false],
])('%s tells of the list: %s', (said, tells) => {
  const text = 'SELECT id, name, SUM(quantity) AS stock\n  FROM items JOIN movements ON item_id = id';
  expect(tellsOf(said, text)).toBe(tells);
});

function query(id: string, text: string): Span {
  return makeSpan(id, { kind: 'CLIENT', parent: 'server', attributes: { 'db.query.text': text } });
}

function ran(text: string, ...within: string[]): Testimony {
  return { type: 'query-ran', text, traceId, within };
}

function started(id: string, backdated = false): Testimony {
  return {
    type: 'span-started',
    scope: 'shop',
    name: id,
    traceId,
    spanId: id,
    ...(backdated && { backdated }),
  };
}

function accountOf(
  queries: readonly Span[],
  queriesRan: readonly Testimony[],
  opened: readonly Testimony[] = [{ type: 'database-filled' }],
  starts: readonly Testimony[] = queries.map(({ name }) => started(name)),
) {
  const run = {
    spans: [server, ...queries],
    exchanges: [request],
    testimony: [...opened, ...starts, ...queriesRan],
  };
  return accountFor(run as unknown as AppRun, request);
}
