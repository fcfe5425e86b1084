import { expect, test } from 'vitest';
import { renderReport } from '../../check/report.ts';

test('breaks every sentence between words in a narrow terminal, and leaves the output of the app as it is', () => {
  const message =
    'Expected the app to listen.\n\nIt runs, but its port still refuses connections.\n    at app.ts:1 and further on';
  const result = {
    name: '03-x',
    dir: '/x',
    passed: false,
    durationMs: 1,
    assertions: [
      { name: 'the app starts and answers in time', passed: true },
      {
        name: 'the upstream is told of the trace by its header',
        passed: false,
        failure: { message, diagnosis: null, guide: 'what-to-do' },
      },
    ],
  };
  const report = renderReport(result, {
    colour: false,
    columns: 30,
    step: { number: 3, title: 'X' },
    guidePath: 'README.md',
  });

  expect(report).toBe(`Step 3 · X

✓ the app starts and answers
  in time
✗ the upstream is told of the
  trace by its header

  Expected the app to listen.

  It runs, but its port still
  refuses connections.
      at app.ts:1 and further on

  Guide: README.md#what-to-do


Step 3: 1 of 2 passed.
`);
});
