import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { diagnosisOf, listOverlays, type Overlay } from '../../course/overlay.ts';
import { listSteps } from '../../course/steps.ts';
import { check, explain } from './check-command.ts';
import { Judges } from './judges.ts';
import { root } from './root.ts';
import { told } from './told.ts';

const steps = listSteps(root);
/** Five checks side by side take half a minute for one of many lives, and other people's load may double it. */
const timeout = 180_000;
const judges = new Judges();

/** What a learner is told who checks before anything is done. */
const toldAtStart = [
  'no-timing-line',
  'tracing-not-loaded',
  'nothing-instrumented',
  'user-missing',
  'query-not-traced',
  'sampler-not-given',
  'no-deadline',
];
const starts = steps.map(({ number, folder }) => ({
  step: folder,
  name: `${toldAtStart[number - 1]}.the-start`,
  dir: path.join(root, 'steps', folder),
}));

/** A sentence with a hole, where a list was empty, and what vitest adds to one that does not say all. */
const unfinished = /\s[.,;](\s|$)|[,:]\s*\.(\s|$)|\bexpected .* (to|not to) (be|have|deep|match)/m;

afterAll(() => judges.close());

describe.concurrent('every solution passes its check', () => {
  test.each(steps.map(({ number, name }) => [number, name]))('step %i: %s', { timeout }, async (number) => {
    const verdict = await check(String(number), '--solution');
    expect(verdict, explain(verdict)).toMatchObject({ exitCode: 0, passed: true });
  });
});

describe.concurrent('every start fails its check by assertion, with a diagnosis', () => {
  test.each(steps.map(({ number, folder }) => [number, folder]))(
    'step %i: %s',
    { timeout },
    async (number, folder) => {
      const verdict = await check(String(number), '--dir', path.join('steps', folder));
      const [starts, ...others] = verdict.steps[0]?.assertions ?? [];
      const failed = others.filter(({ passed }) => !passed);

      expect(verdict).toMatchObject({ exitCode: 1, passed: false });
      expect(starts).toMatchObject({ name: 'the app starts and answers', passed: true });
      expect(failed[0]?.diagnosis, explain(verdict)).not.toBeNull();
    },
  );
});

describe.concurrent('every mistake fails its check, and the first failure names it', async () => {
  const mistakes = [...starts, ...(await listOverlays(root, 'mistakes'))];
  test.each(titled(mistakes))('$title', { timeout }, async ({ overlay, title }) => {
    const { passed, first } = await judges.judge(overlay);
    expect(passed, 'a wrong solution must not pass').toBe(false);
    expect(first?.diagnosis?.id, `${first?.name}\n${first?.message}`).toBe(diagnosisOf(overlay));
    expect(`${first?.message}\n${first?.diagnosis?.cause}`).not.toMatch(unfinished);
    expect(`${first?.diagnosis?.cause}\n${first?.diagnosis?.mend}`).toContain(told[title] ?? '');
  });

  test('each sentence of told.ts is of a mistake that is there', () => {
    const titles = titled(mistakes).map(({ title }) => title);
    expect(Object.keys(told).filter((title) => !titles.includes(title))).toEqual([]);
  });
});

describe.concurrent('every variant passes', async () => {
  test.each(titled(await listOverlays(root, 'variants')))('$title', { timeout }, async ({ overlay }) => {
    const { passed, first } = await judges.judge(overlay);
    expect(passed, `${first?.name} [${first?.diagnosis?.id}]\n${first?.message}`).toBe(true);
  });
});

function titled(overlays: readonly Overlay[]) {
  return overlays.map((overlay) => ({ overlay, title: `${overlay.step}: ${overlay.name}` }));
}
