import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callersFolder, resolveTarget, resolveTargets, type TargetRequest } from '../../cli/arguments.ts';
import { listSteps } from '../../course/steps.ts';

let parent: string;
let root: string;
beforeEach(() => {
  parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'arguments ')));
  root = path.join(parent, 'workshop');
  for (const dir of [
    'steps/01-untraced-app',
    'steps/02-provider',
    'solutions/02-provider',
    'mine/try',
    '../outside',
  ]) {
    mkdirSync(path.join(root, dir), { recursive: true });
  }
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function request(given: Partial<TargetRequest>): TargetRequest {
  return { root, steps: listSteps(root), progress: { done: {} }, call: 'npm run check', cwd: root, ...given };
}

function found(given: Partial<TargetRequest>) {
  return resolveTargets(request(given)).map(({ step, dir, own }) => [
    step.number,
    path.relative(root, dir),
    own,
  ]);
}

describe('the folder to run or check', () => {
  test('is the current step of the learner where nothing is said', () => {
    expect(found({})).toEqual([[1, path.join('steps', '01-untraced-app'), true]]);
    expect(found({ progress: { current: 'provider', done: {} } })).toEqual([
      [2, path.join('steps', '02-provider'), true],
    ]);
  });

  test('is the solution, or any folder, where that is asked for: then it is not the learner’s own work', () => {
    expect(found({ word: '2', solution: true })).toEqual([[2, path.join('solutions', '02-provider'), false]]);
    expect(found({ word: '2', dir: 'try', cwd: path.join(root, 'mine') })).toEqual([
      [2, path.join('mine', 'try'), false],
    ]);
    expect(found({ word: '2', dir: 'steps/02-provider' })).toEqual([
      [2, path.join('steps', '02-provider'), false],
    ]);
  });

  test('is each in turn for all', () => {
    expect(found({ word: 'all' }).map(([number]) => number)).toEqual([1, 2]);
  });

  test('is found through a link that leads to the checkout', () => {
    symlinkSync(root, path.join(parent, 'link'), 'junction');
    expect(found({ word: '2', dir: path.join(parent, 'link', 'mine') })).toEqual([[2, 'mine', false]]);
  });

  test.each<[Partial<TargetRequest>, string]>([
    [{ word: '7' }, 'There is no step 7. → Choose 1 to 2, for example: npm run check 2.'],
    [
      { word: '2', solution: true, dir: 'mine' },
      '--solution and --dir name two folders. → Take one: npm run check 3 -- --solution.',
    ],
    [
      { word: 'all', dir: 'mine' },
      '--dir is the folder of one step. → Name the step: npm run check 3 -- --dir mine.',
    ],
    [{ word: '1', solution: true }, 'Step 1 has no solution. → Run: git checkout solutions.'],
  ])('is refused: %j', (given, message) => {
    expect(() => resolveTargets(request(given))).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  test.each(['nowhere', '../outside', '.', 'mine/../..'])('may not be %s', (dir) => {
    expect(() => resolveTarget(request({ word: '2', dir }))).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^(There is no folder|.* is not inside the workshop|.* is the workshop itself).* → Name a folder inside /,
        ),
        exitCode: 2,
      }),
    );
  });
});

describe('the folder that a path is typed in', () => {
  test('is the one that npm was called in, or this process', () => {
    const below = path.join(root, 'steps');
    expect(callersFolder(root, { INIT_CWD: below }, root)).toBe(below);
    expect(callersFolder(root, { INIT_CWD: parent }, root)).toBe(root);
    expect(callersFolder(root, { INIT_CWD: root }, below)).toBe(below);
    expect(callersFolder(root, {}, below)).toBe(below);
  });
});
