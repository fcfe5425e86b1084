import { expect, test } from 'vitest';
import type { Testimony } from '../../check/evidence.ts';
import type { Exchange } from '../../check/exchange.ts';
import { begunAheadMs } from '../../check/seeding.ts';
import { makeSpan, moment } from '../terminal/make-span.ts';

const spans = [
  makeSpan('1', { name: 'seed database', at: [0, 200] }),
  makeSpan('2', { name: 'seed shelf', parent: '1', at: [80, 120] }),
];
const startedAt = Number(moment(30) / 1_000_000n);
const exchanges = [{ method: 'GET', path: '/items', startedAt } as Exchange];

const asked: Testimony = { type: 'asked' };
const begun = (name: string): Testimony => ({
  type: 'span-started',
  name,
  scope: 'shop',
  traceId: '',
  spanId: '',
});

test('a span is begun too early where the app took a request before the first shelf', () => {
  const testimony = [begun('seed database'), asked, begun('seed shelf')];
  expect(begunAheadMs({ spans, exchanges, testimony })).toBe(30);
});

test('a busy machine may come between the span and its first shelf, before the request and after it', () => {
  const shelves = [begun('seed database'), begun('seed shelf'), begun('seed shelf')];
  expect(begunAheadMs({ spans, exchanges, testimony: [...shelves, asked] })).toBe(-1);
  expect(begunAheadMs({ spans, exchanges, testimony: [asked, ...shelves] })).toBe(-1);
});

test('without what the app tells, the time between the two decides', () => {
  expect(begunAheadMs({ spans, exchanges, testimony: [] })).toBe(30);
  const quick = [spans[0], makeSpan('2', { name: 'seed shelf', parent: '1', at: [4, 40] })].flatMap(
    (span) => span ?? [],
  );
  expect(begunAheadMs({ spans: quick, exchanges, testimony: [] })).toBe(-1);
});
