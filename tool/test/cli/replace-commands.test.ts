import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hintCommand } from '../../cli/hint.ts';
import { resetCommand } from '../../cli/reset.ts';
import { solveCommand } from '../../cli/solve.ts';
import { undoCommand } from '../../cli/undo.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';

let workshop: SmallWorkshop;
beforeEach(() => {
  workshop = new SmallWorkshop();
  // A folder's name has the second in it, and a number where that name is taken: the clock stands still here.
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a command printed; the time in the names of folders left out. */
async function call(command: 'solve' | 'reset' | 'undo' | 'hint'): Promise<string> {
  let text = '';
  const write = (part: string) => (text += part);
  const io = { out: { write }, err: { write }, columns: () => 80, colour: false };
  const at = { root: workshop.root, step: workshop.step(2) };
  if (command === 'solve') await solveCommand(at, io);
  if (command === 'reset') await resetCommand(at, io);
  if (command === 'undo') await undoCommand(workshop.root, io);
  if (command === 'hint') hintCommand(at, io);
  return text.replace(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d/g, 'TIME');
}

describe('solve, reset and undo', () => {
  test('say what they did, where the files are, and how to go back', async () => {
    workshop.write('steps/02-provider/notes.ts', '');
    expect(await call('solve')).toBe(
      'Step 2 is its solution now: seed.ts, tracing.ts.\n' +
        'Your files are in .workshop/backups/TIME-solve-02-provider. npm run undo takes this back.\n' +
        'Left alone, as the step has no such file: notes.ts.\n',
    );
    expect(await call('reset')).toBe(
      'Step 2 is at its start now: tracing.ts.\n' +
        'Your files are in .workshop/backups/TIME-reset-02-provider. npm run undo takes this back.\n' +
        'Left alone, as the step has no such file: notes.ts.\n',
    );
    expect(await call('undo')).toBe(
      'Step 2 is as it was before npm run reset: tracing.ts brought back.\n' +
        'What stood there is in .workshop/backups/TIME-undo-02-provider.\n' +
        'npm run undo takes back one more: 1 is left.\n',
    );
    expect(await call('undo')).toBe(
      'Step 2 is as it was before npm run solve: tracing.ts brought back, seed.ts taken away.\n' +
        'What stood there is in .workshop/backups/TIME-undo-02-provider-2.\n' +
        'That was the last that can be undone.\n',
    );
  });

  test('say so where there is nothing to do', async () => {
    await call('solve');
    expect(await call('solve')).toBe('Step 2 is its solution already: nothing was replaced.\n');
    await call('undo');
    await expect(call('undo')).rejects.toMatchObject({
      exitCode: 2,
      message:
        'There is nothing to undo: no solve and no reset has replaced a file, or all of them are undone.' +
        ' → Whatever was ever replaced is in .workshop/backups/.',
    });
  });

  test('name no folder where nothing was replaced', async () => {
    workshop.remove('steps/02-provider/tracing.ts');
    expect(await call('solve')).toBe(
      'Step 2 is its solution now: seed.ts, tracing.ts.\nnpm run undo takes this back.\n',
    );
  });

  test('refuse where the solution is gone, and leave the step alone', async () => {
    workshop.remove('solutions/02-provider');
    for (const command of ['solve', 'reset'] as const) {
      await expect(call(command)).rejects.toMatchObject({
        exitCode: 3,
        message: 'Step 2 has no solution. → Run: git checkout solutions.',
      });
    }
    expect(workshop.files('steps/02-provider')).toEqual({ 'app.ts': 'app\n', 'tracing.ts': 'mine\n' });
  });

  test('let the hints of a step that was reset begin anew', async () => {
    await call('hint');
    await call('reset');
    expect(await call('hint')).toContain('Hint 1: a nudge (1 of 2)');
  });
});
