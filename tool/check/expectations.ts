import { expect } from 'vitest';
import type { Exchange } from './exchange.ts';

const withoutAnswer = {
  'no-answer': 'left without an answer',
  aborted: 'given up by its caller',
  failed: 'cut off, the connection broke',
};

/** The request was answered with this status. */
export function expectStatus({ method, path, outcome }: Exchange, status: number): void {
  const got = outcome.kind === 'answered' ? outcome.status : withoutAnswer[outcome.kind];
  expect(got, `Expected ${method} ${path} to be answered with ${status}`).toBe(status);
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
