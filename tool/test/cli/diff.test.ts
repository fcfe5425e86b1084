import { beforeEach, expect, test } from 'vitest';
import { diffCommand } from '../../cli/diff.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';

let workshop: SmallWorkshop;
beforeEach(() => {
  workshop = new SmallWorkshop();
});

function diff(columns = 80): string {
  let out = '';
  const io = { out: { write: (text: string) => (out += text) }, columns: () => columns, colour: false };
  expect(diffCommand({ step: workshop.step(2) }, io)).toBe(0);
  return out;
}

test('shows each file that differs from the solution, and names those of the learner', () => {
  workshop.write('steps/02-provider/own.ts', '').write('steps/02-provider/notes.txt', '');
  expect(diff()).toBe(
    [
      'Step 2: - yours, + the solution',
      '',
      'seed.ts, which your step lacks',
      '     + seed',
      '',
      'tracing.ts',
      '   1 - mine',
      '     + solved',
      '',
      'Only in your step: own.ts.',
      '',
    ].join('\n'),
  );
});

test('stands side by side from 120 columns on', () => {
  expect(diff(120)).toContain(`${'   1 - mine'.padEnd(58)} │    1 + solved\n`);
});

test('says so where they are equal, whatever ends their lines', () => {
  workshop.write('steps/02-provider/tracing.ts', 'solved\r\n').write('steps/02-provider/seed.ts', 'seed\n');
  expect(diff()).toBe('Step 2 is equal to its solution.\n');
});
