import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listOverlays } from '../../course/overlay.ts';
import { compareOutsideRegions, parseRegions } from '../../course/regions.ts';
import { listSteps, type Step } from '../../course/steps.ts';
import { root } from './root.ts';

const steps = listSteps(root);
const sources = (dir: string) => readdirSync(dir).filter((file) => file.endsWith('.ts'));
const read = (dir: string, file: string) => readFileSync(path.join(dir, file), 'utf8');
const startFiles = steps.flatMap((step) =>
  sources(step.dir).map((file) => ({ step, file, title: `${step.folder}/${file}` })),
);

test.each(startFiles)('$title differs from its solution only in TODO regions', ({ step, file }) => {
  expect(compareOutsideRegions(read(step.dir, file), read(step.solutionDir, file))).toBeUndefined();
});

test.each(startFiles.filter(({ step }) => step !== steps[0]))(
  '$title is the solution of the step before, and TODO regions',
  ({ step, file }) => {
    const before = steps[steps.indexOf(step) - 1] as Step;
    if (existsSync(path.join(before.solutionDir, file))) {
      expect(compareOutsideRegions(read(step.dir, file), read(before.solutionDir, file))).toBeUndefined();
    } else {
      expect(parseRegions(read(step.dir, file)), 'a new file is there for a TODO').not.toEqual([]);
    }
  },
);

describe.each(steps.map((step) => ({ step, folder: step.folder })))('$folder', ({ step }) => {
  const regions = sources(step.dir).flatMap((file) =>
    parseRegions(read(step.dir, file)).map((region) => ({ file, ...region })),
  );

  test('has the same files as its solution, and none lost from the step before', () => {
    const before = steps[steps.indexOf(step) - 1];
    expect(sources(step.dir)).toEqual(sources(step.solutionDir));
    expect(sources(step.dir)).toEqual(expect.arrayContaining(before ? sources(before.solutionDir) : []));
  });

  test('has one to three TODOs, numbered without a gap, each with an address', () => {
    const numbers = [...new Set(regions.map(({ number }) => number))].toSorted();
    expect(numbers).toEqual([1, 2, 3].slice(0, numbers.length));
    expect(numbers.length).toBeGreaterThan(0);
    expect(regions.filter(({ address }) => address === undefined)).toEqual([]);
  });

  test('each TODO has its counterpart: the solution has changed that file', () => {
    const unchanged = regions.filter(({ file }) => {
      const withoutComments = (text: string) => text.replace(/^\s*\/\/.*$/gm, '').replace(/\s+/g, ' ');
      return withoutComments(read(step.dir, file)) === withoutComments(read(step.solutionDir, file));
    });
    expect(unchanged).toEqual([]);
    for (const file of sources(step.solutionDir)) expect(read(step.solutionDir, file)).not.toMatch(/TODO/);
  });

  test('has files of at most 60 lines', () => {
    const long = sources(step.solutionDir).filter(
      (file) => read(step.solutionDir, file).trimEnd().split('\n').length > 60,
    );
    expect(long).toEqual([]);
  });

  test('has a check, four or more variants, and mistakes', async () => {
    const of = async (kind: 'mistakes' | 'variants') =>
      (await listOverlays(root, kind)).filter((overlay) => overlay.step === step.folder).length;
    expect(existsSync(path.join(root, 'checks', `${step.folder}.check.ts`))).toBe(true);
    expect(await of('variants')).toBeGreaterThanOrEqual(4);
    expect(await of('mistakes')).toBeGreaterThanOrEqual(3);
  });
});

test('no folder of checks, solutions, mistakes or variants is left over from a step that is no more', () => {
  const folders = steps.map(({ folder }) => folder);
  const found = ['solutions', 'checks/mistakes', 'checks/variants'].map((dir) =>
    readdirSync(path.join(root, dir)).toSorted(),
  );
  for (const listed of found) expect(listed).toEqual(folders);
  const checks = readdirSync(path.join(root, 'checks')).filter((file) => file.endsWith('.check.ts'));
  expect(checks.toSorted()).toEqual(folders.map((folder) => `${folder}.check.ts`));
});
