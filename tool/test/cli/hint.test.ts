import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hintCommand } from '../../cli/hint.ts';
import { recordCheck } from '../../course/progress.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';

let workshop: SmallWorkshop;
beforeEach(() => {
  workshop = new SmallWorkshop();
});

function hint(number = 2, { colour = false } = {}) {
  const printed = { out: '', err: '' };
  const exitCode = hintCommand(
    { root: workshop.root, step: workshop.step(number) },
    {
      out: { write: (text: string) => (printed.out += text) },
      err: { write: (text: string) => (printed.err += text) },
      columns: () => 60,
      colour,
    },
  );
  return { exitCode, ...printed };
}

describe('a hint', () => {
  test('is told with what comes after it', () => {
    expect(hint()).toEqual({
      exitCode: 0,
      err: '',
      out: 'Step 2 · Hint 1: a nudge (1 of 2)\n\nLook at `tracing.ts`.\n\nnpm run hint 2 tells more.\n',
    });
  });

  test('says when it is the last, and what is left to do', () => {
    hint();
    const last =
      'Step 2 · Hint 2: the code (2 of 2)\n\n  register();\n\n' +
      'These were all the hints; they stand in\nsteps/02-provider/README.md. npm run diff 2 shows what\n' +
      'differs from the solution, npm run solve 2 puts the\nsolution in and keeps your files.\n';
    expect(hint().out).toBe(last);
    expect(hint().out).toBe(last);
  });

  test('is what the last check found, before all others', () => {
    const diagnosis = { id: 'no-hook', cause: 'The hook is missing.', mend: 'Register it:\n  register(…)' };
    recordCheck(workshop.root, workshop.step(2), { passed: false, diagnosis });
    expect(hint().out).toBe(
      'Step 2 · what the last check found\n\nno-hook: The hook is missing.\n\n→ Register it:\n  register(…)\n\n' +
        'npm run hint 2 goes on with the hints of the guide.\n',
    );
  });

  test('is coloured where that is wanted', () => {
    expect(hint(2, { colour: true }).out).toContain('\u001b[1mStep 2 · Hint 1: a nudge\u001b[22m');
  });

  test('is told also where that cannot be written down', () => {
    symlinkSync(path.join(workshop.root, 'nowhere'), path.join(workshop.root, '.workshop'), 'junction');
    const { exitCode, out, err } = hint();
    expect({ exitCode, out }).toMatchObject({ exitCode: 0, out: expect.stringContaining('Hint 1') });
    expect(err).toMatch(
      /^It could not be written down that you have had this hint: .* → Make \.workshop\/ yours to write\.\n$/,
    );
  });

  test('is missing where the guide has none', () => {
    expect(hint(1)).toEqual({
      exitCode: 3,
      out: '',
      err: 'steps/01-app/README.md has no hints. → Run: git checkout steps/01-app/README.md.\n',
    });
    expect(existsSync(path.join(workshop.root, '.workshop'))).toBe(false);
  });
});
