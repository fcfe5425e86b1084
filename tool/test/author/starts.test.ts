import path from 'node:path';
import { expect, test } from 'vitest';
import { readAppFiles, readSolution, readStart, startsDir } from '../../course/app-files.ts';
import { replaceFiles } from '../../course/replace.ts';
import { listSteps } from '../../course/steps.ts';
import { copyOfCourse } from '../fixtures/copy-of-course.ts';
import { root } from './root.ts';

// `npm test -- starts --update` renews tool/course/starts/ from steps/.

const steps = listSteps(root);
const withTodo = steps.flatMap((step) => {
  const solution = readSolution(step);
  const changed = [...readAppFiles(step.dir)].filter(([name, text]) => !solution.get(name)?.equals(text));
  return changed.map(([name, text]) => ({
    step,
    name,
    text: text.toString(),
    title: `${step.folder}/${name}`,
  }));
});

test.each(withTodo)('reset knows how $title begins', async ({ step, name, text }) => {
  await expect(text).toMatchFileSnapshot(path.join(startsDir(root, step), name));
});

test('reset has no file that no start differs by', () => {
  const kept = steps.flatMap(({ folder }) =>
    [...readAppFiles(startsDir(root, { folder })).keys()].map((name) => `${folder}/${name}`),
  );
  expect(kept).toEqual(withTodo.map(({ title }) => title));
});

test('solve and reset give every step its solution and its start, to the byte', async () => {
  const copy = copyOfCourse(root);
  const options = { root: copy, say: () => {} };
  for (const step of listSteps(copy)) {
    const start = readAppFiles(step.dir);
    await replaceFiles({ step, action: 'solve', files: readSolution(step) }, options);
    expect(readAppFiles(step.dir)).toEqual(readSolution(step));
    await replaceFiles({ step, action: 'reset', files: readStart(copy, step) }, options);
    expect(readAppFiles(step.dir)).toEqual(start);
  }
});
