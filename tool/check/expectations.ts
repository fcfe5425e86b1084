import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { AppRun } from './evidence.ts';
import type { Exchange } from './exchange.ts';

const firstItem = { id: 1, name: 'books 1', stock: 997 };

const withoutAnswer = {
  'no-answer': 'it was left without an answer',
  aborted: 'its caller gave it up',
  failed: 'the connection broke',
};

/** A sentence that says all: vitest would go on to say how it compared two values. */
export function expectThat(holds: boolean, sentence: string): void {
  if (!holds) expect.fail(sentence);
}

/** The request was answered with this status. */
export function expectStatus({ method, path, outcome }: Exchange, status: number): void {
  const answered = outcome.kind === 'answered';
  const got = answered ? `it was ${outcome.status}` : withoutAnswer[outcome.kind];
  const holds = answered && outcome.status === status;
  expectThat(holds, `Expected ${method} ${path} to be answered with ${status}; ${got}.`);
}

/** GET /healthz was answered as health checks are. */
export function expectHealthy(request: Exchange): void {
  expectStatus(request, 200);
  const body = bodyOf(request).trim();
  expectThat(body === 'ok', `Expected the answer of GET /healthz to be "ok", not "${body.slice(0, 60)}".`);
}

/** GET /items was answered with what the database is filled with. */
export function expectSeededItems(request: Exchange): void {
  expectStatus(request, 200);
  const answer = jsonOf(request);
  const items: readonly unknown[] = Array.isArray(answer) ? answer : [];
  expectThat(items.length === 40, `Expected GET /items to list 40 items, not ${items.length}.`);
  const holds = items.some((item) => isDeepStrictEqual(item, firstItem));
  expectThat(holds, `Expected ${JSON.stringify(firstItem)} among the items of GET /items.`);
}

/** The app ended by itself after the signal. */
export function expectEnded({ stopped }: Pick<AppRun, 'stopped'>, signal = 'SIGTERM'): void {
  expectThat(stopped?.killed === false, `Expected the app to end by itself after ${signal}.`);
}

/** The app ended without an error that nobody caught. */
export function expectNoCrash({ exit }: Pick<AppRun, 'exit'>): void {
  const said = exit?.failure?.message;
  expectThat(said === undefined, `Expected the app to end without a crash: ${said}`);
}

/** The body of the answer; empty where none came. */
export function bodyOf({ outcome }: Exchange): string {
  return outcome.kind === 'answered' ? outcome.body : '';
}

export function jsonOf(request: Exchange): unknown {
  try {
    return JSON.parse(bodyOf(request));
  } catch {
    return undefined;
  }
}
