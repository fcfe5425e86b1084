import { expect, test } from 'vitest';
import { diagnose } from '../../check/diagnosis/diagnose.ts';
import type { AppRun } from '../../check/evidence.ts';
import type { Exchange } from '../../check/exchange.ts';
import { makeAppRun } from '../fixtures/app-run.ts';

const known = ['wrong-unit', 'timed-too-early'];

test('numbers a thousand times too small for every request are seconds', () => {
  expect(diagnose({ runs: [run(0.07, 0.16, 1.41)] }, known)?.id).toBe('wrong-unit');
});

test('where the milliseconds of a request that waits for nothing are right, those of the others end too early', () => {
  expect(diagnose({ runs: [run(66.5, 0.1, 2.3)] }, known)?.id).toBe('timed-too-early');
});

/** What the lines about three requests say that they lasted. */
function run(items: number, external: number, hanging: number): AppRun {
  return makeAppRun({
    output: [
      `GET /items 200 ${items} ms`,
      `GET /fetch-external 200 ${external} ms`,
      `GET /fetch-external aborted ${hanging} ms`,
    ],
    exchanges: [
      request({ path: '/items', durationMs: 72 }),
      request({ path: '/fetch-external', durationMs: 236 }),
      request({ path: '/fetch-external?from=/hang', durationMs: 1417, outcome: { kind: 'aborted' } }),
    ],
  });
}

function request(given: Pick<Exchange, 'path' | 'durationMs'> & Partial<Exchange>): Exchange {
  const outcome = { kind: 'answered', status: 200, headers: {}, body: '' } as const;
  return { id: given.path, method: 'GET', sent: {}, startedAt: 0, outcome, ...given };
}
