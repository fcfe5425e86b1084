import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from '../../check/exchange.ts';

const silent = http.createServer(() => {});
let origin = '';

beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

test('gives up an app that has shown no sign for the bound', async () => {
  const begun = performance.now();
  const { outcome, durationMs } = await exchange(origin, 'GET', '/', {
    boundMs: 100,
    lastSign: () => begun - 50,
  });
  expect(outcome).toEqual({ kind: 'no-answer' });
  expect(durationMs).toBeGreaterThan(95);
});

test('waits on for one that is at work', async () => {
  const lastSign = performance.now() + 150;
  const { outcome, durationMs } = await exchange(origin, 'GET', '/', {
    boundMs: 100,
    lastSign: () => lastSign,
  });
  expect(outcome).toEqual({ kind: 'no-answer' });
  expect(durationMs).toBeGreaterThan(240);
});

test('or for as long as the scenario has hope', async () => {
  const { outcome, durationMs } = await exchange(origin, 'GET', '/', { giveUp: AbortSignal.timeout(50) });
  expect(outcome).toEqual({ kind: 'no-answer' });
  expect(durationMs).toBeGreaterThan(45);
});

test('but not for ever', async () => {
  const { outcome, durationMs } = await exchange(origin, 'GET', '/', {
    boundMs: 50,
    lastSign: () => performance.now(),
  });
  expect(outcome).toEqual({ kind: 'no-answer' });
  expect(durationMs).toBeGreaterThan(140);
});
