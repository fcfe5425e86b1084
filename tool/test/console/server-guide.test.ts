import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { guideView } from '../../console/server/guide-view.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';
import { Served } from './serve.ts';

const TODO = `import './x.ts';

// TODO 1: Trace every request.
//   https://opentelemetry.io/docs/
// END TODO 1
`;

const AT_STEP_1 = { step: 1, dir: 'steps/01-app' };

describe('the guide of a step', () => {
  test('is its README', async () => {
    const served = await Served.start();
    const { status, text } = await served.ask('/api/guide/3');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ number: 3, title: 'Auto-instrumentation' });
    expect(JSON.parse(text).html).toMatch(/^<h1 id="guide-auto-instrumentation">Auto-instrumentation<\/h1>/);
  });

  test('says what is left to do, in which line', async () => {
    const workshop = new SmallWorkshop();
    workshop.write('steps/02-provider/tracing.ts', TODO.replaceAll('TODO 1', 'TODO 2'));
    workshop.write('steps/02-provider/a b#.ts', TODO);
    const { todos } = (await guideView(workshop.root, 2, AT_STEP_1)) ?? {};
    const dir = path.join(workshop.root, 'steps/02-provider');

    expect(todos).toEqual([
      {
        number: 1,
        text: 'Trace every request.',
        file: 'steps/02-provider/a b#.ts',
        line: 3,
        editorUrl: `vscode://file${encodeURI(dir)}/a%20b%23.ts:3`,
        absolutePath: path.join(dir, 'a b#.ts'),
      },
      {
        number: 2,
        text: 'Trace every request.',
        file: 'steps/02-provider/tracing.ts',
        line: 3,
        editorUrl: `vscode://file${encodeURI(dir)}/tracing.ts:3`,
        absolutePath: path.join(dir, 'tracing.ts'),
      },
    ]);
  });

  test('of the step that runs says what is left to do in the folder that runs', async () => {
    const workshop = new SmallWorkshop();
    workshop.write('steps/01-app/app.ts', TODO);
    expect((await guideView(workshop.root, 1, AT_STEP_1))?.todos).toHaveLength(1);
    expect((await guideView(workshop.root, 1, { step: 1, dir: 'solutions/01-app' }))?.todos).toEqual([]);
    expect((await guideView(workshop.root, 1, { step: 2, dir: 'solutions/01-app' }))?.todos).toHaveLength(1);
  });

  test('names a TODO also when its end is gone', async () => {
    const workshop = new SmallWorkshop();
    workshop.write('steps/01-app/app.ts', TODO.replace('// END TODO 1\n', '// TODO 2: More.'));
    const view = await guideView(workshop.root, 1, AT_STEP_1);
    expect(view?.todos.map(({ number, line }) => [number, line])).toEqual([
      [1, 3],
      [2, 5],
    ]);
  });

  test('is none where there is no such step, and an empty one where its README is gone', async () => {
    const workshop = new SmallWorkshop();
    expect(await guideView(workshop.root, 9, AT_STEP_1)).toBeUndefined();
    expect(await guideView(workshop.root, 1, AT_STEP_1)).toMatchObject({ title: 'app', html: '' });
  });
});
