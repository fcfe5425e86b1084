import { expect, test } from 'vitest';
import { renderDone, renderStepList, wrapLong } from '../../terminal/loop-text.ts';

const screen = { columns: 40, colour: false };

test('says of a step that it is done, what was learned, and where to go on', () => {
  const done = {
    step: { number: 1, title: 'The untraced app' },
    learned: '- A log line says *that* it is slow, and not where.',
    next: { number: 2, title: 'A provider' },
    last: false,
    ...screen,
  };

  expect(renderDone({ ...done, keys: true }).split('\n')).toEqual([
    '',
    'Step 1 is done: The untraced app.',
    '',
    'What you just learned',
    '- A log line says that it is slow, and',
    '  not where.',
    '',
    'Press n for step 2: A provider.',
    '',
  ]);
  expect(renderDone({ ...done, keys: false })).toContain('\nNext: A provider, by npm run step 2.\n');
});

test('offers nothing after the last step, nor in a folder that is run by itself', () => {
  const step = { number: 7, title: 'Timeouts' };

  expect(renderDone({ step, last: true, keys: true, ...screen })).toBe(
    '\nStep 7 is done: Timeouts.\n\nThat was the last step.\n',
  );
  expect(renderDone({ step, last: false, keys: true, ...screen })).toBe('\nStep 7 is done: Timeouts.\n');
});

test('lists steps with their state in words', () => {
  const steps = [
    { number: 9, title: 'One', done: true, here: false },
    { number: 10, title: 'Two', done: true, here: true },
  ];

  expect(renderStepList(steps, screen)).toBe('\n   9  One · done\n→ 10  Two · done · you are here\n');
});

test('breaks what is too wide between words, and leaves the rest alone', () => {
  expect(wrapLong('short\n  label  http://localhost:4317  OTEL_EXPORTER_OTLP_ENDPOINT', 40)).toBe(
    'short\n  label  http://localhost:4317\n      OTEL_EXPORTER_OTLP_ENDPOINT',
  );
});
