import { beforeEach, describe, expect, test } from 'vitest';
import { forgetHints, nextHint, recordHint } from '../../course/hints.ts';
import { progressFile, readProgress, recordCheck } from '../../course/progress.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';

let workshop: SmallWorkshop;
beforeEach(() => {
  workshop = new SmallWorkshop();
});

const progress = () => readProgress(progressFile(workshop.root)).progress;
const found = (id: string) => ({ id, cause: 'It is so.', mend: 'Mend it.' });
const check = (passed: boolean, id?: string) =>
  recordCheck(workshop.root, workshop.step(2), { passed, diagnosis: id ? found(id) : null });

/** The next hint, as one call of the command gives it: the diagnosis or the level. */
function hint(number = 2): string | number {
  const step = workshop.step(number);
  const next = nextHint(step, progress());
  recordHint(workshop.root, step, next);
  if (next.kind === 'none') return 'none';
  return next.kind === 'diagnosis' ? next.diagnosis.id : next.level;
}

describe('the next hint', () => {
  test('is one level further at each call, and stays the last', () => {
    expect([hint(), hint(), hint()]).toEqual([1, 2, 2]);
  });

  test('is first what the last check found, once', () => {
    check(false, 'no-hook');
    expect([hint(), hint()]).toEqual(['no-hook', 1]);
    check(false, 'no-hook');
    expect(hint()).toBe(2);
    check(false, 'no-exporter');
    expect([hint(), hint()]).toEqual(['no-exporter', 2]);
  });

  test('is the guide’s where the last check passed or knew no reason', () => {
    check(false, 'no-hook');
    check(true);
    expect(hint()).toBe(1);
    check(false, 'no-hook');
    check(false);
    expect(hint()).toBe(2);
  });

  test('is each step’s own', () => {
    hint();
    expect(hint(1)).toBe('none');
    expect(hint()).toBe(2);
  });

  test('is the first again once they are forgotten', () => {
    hint();
    forgetHints(workshop.root, workshop.step(2));
    expect(hint()).toBe(1);
  });

  test('is the first where a later version has left something else', () => {
    workshop.write('.workshop/progress.json', '{"done": {}, "hints": {"provider": "many"}}');
    expect(hint()).toBe(1);
  });
});
