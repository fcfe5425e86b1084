import { describe, expect, test, vi } from 'vitest';
import { Loop } from '../fixtures/loop.ts';
import { until } from '../fixtures/wait.ts';
import { helloApp } from '../fixtures/workshop.ts';

// Each starts vitest once more, beside all the other tests.
vi.setConfig({ testTimeout: 90_000 });

const HALF = 'step 1 · 1 of 2 passed · next: it greets';
const DONE = 'step 1 · 2 of 2 passed · done · n: step 2';

describe('a save', () => {
  test('gets a verdict that stays in sight', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.save(helloApp('hello'));
    await loop.shows('step 1 · checking · before: 1 of 2 passed');
    await loop.staysAt(DONE);
    loop.save(helloApp('what?'));

    await loop.staysAt(HALF);
  });

  test('that is followed by others gets one verdict, on the last', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    for (const text of ['a', 'b', 'c']) loop.save(helloApp(text));
    loop.save(helloApp('hello'));

    await loop.staysAt(DONE);
    await until(() => loop.progress.done.greeting !== undefined);
    expect(loop.progress.done.greeting?.attempts).toBe(2);
  });

  test('of an app that crashes is told in the same line', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.save("throw new Error('oh no');");

    await loop.shows('app.ts:1: oh no');
    await loop.staysAt('step 1 · 0 of 2 passed · next: the app starts and answers');
  });
});

describe('a step that is done', () => {
  test('says so once, with what was learned, and offers the next', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.save(helloApp('hello'));
    await loop.staysAt(DONE);
    loop.save(`${helloApp('hello')}// again`);
    await loop.shows('checking · before: 2 of 2 passed');
    await loop.staysAt(DONE);

    expect(loop.text.split('What you just learned')).toHaveLength(2);
    expect(loop.text).toContain(
      [
        'Step 1 is done: The greeting.',
        '',
        'What you just learned',
        '- Politeness is a protocol.',
        '',
        'Press n for step 2: The farewell.',
      ].join('\n'),
    );
    expect(loop.text).not.toContain('Step 2: farewell');
  });

  test('that was done before says it in the line alone', async () => {
    const loop = new Loop({ app: helloApp('hello') });
    await loop.staysAt(DONE);
    loop.press('n');
    await loop.staysAt('step 2 · 2 of 2 passed · done');
    loop.press('p');
    await loop.shows('Step 1: greeting', 2);
    await loop.staysAt(DONE);

    expect(loop.text.split('Step 1 is done')).toHaveLength(2);
    expect(loop.text).toContain('That was the last step.');
  });

  test('is written down', async () => {
    const loop = new Loop({ app: helloApp('hello') });
    await loop.staysAt(DONE);

    await until(() => loop.progress.done.greeting !== undefined);
    expect(loop.progress.current).toBe('greeting');
  });

  test("is not, where it is not the learner's own work", async () => {
    const loop = new Loop({ app: helloApp('hello'), own: false });
    await loop.staysAt(DONE);
    await loop.shows('Step 1 is done');

    expect(loop.progress).toEqual({ done: {} });
  });
});

describe('keys', () => {
  test('c shows the whole report', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.press('c');

    await loop.shows('Step 1: 1 of 2 passed.');
    expect(loop.text).toContain('✓ the app starts and answers\n✗ it greets\n\n  Expected a greeting');
    await loop.staysAt(HALF);
  });

  test('n and p run another step, in the same terminal', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.press('p');
    await loop.shows('This is the first step.');
    loop.press('n');
    await loop.staysAt('step 2 · 1 of 2 passed · next: it greets');
    expect(loop.progress.current).toBe('farewell');
    loop.save(helloApp('hello'), 2);
    await loop.staysAt('step 2 · 2 of 2 passed · done');
    loop.press('n');

    await loop.shows('This is the last step.');
  });

  test('l lists the steps, ? the keys', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.press('l');
    await loop.shows('→ 1  The greeting · you are here\n  2  The farewell\n');
    loop.press('?');

    await loop.shows('  n       next step\n');
    await loop.shows('  q       quit, as Ctrl-C\n');
  });

  test('t folds traces and shows them', async () => {
    const loop = new Loop();
    await loop.shows('Ready');
    loop.press('t');
    await loop.shows('From now on a trace is one line.');
    loop.press('t');

    await loop.shows('From now on traces are drawn whole.');
  });

  test('q ends it as Ctrl-C does', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    loop.press('q');

    await loop.shows('Stopping, once the app has flushed its last spans.');
    expect(await loop.exitCode).toBe(0);
  });

  test('what is no key changes nothing', async () => {
    const loop = new Loop();
    await loop.staysAt(HALF);
    const before = loop.text;
    loop.press('x');

    expect(loop.text).toBe(before);
  });
});

describe('without a keyboard', () => {
  test('each verdict is a line of its own, also when it is the same as the last', async () => {
    const loop = new Loop({ keyboard: false });
    await loop.shows(`${HALF}\n`);
    loop.save(helloApp('who?'));
    await loop.shows('app.ts changed: restarting.');
    await loop.shows(`${HALF}\n`, 2);
    loop.save(helloApp('hello'));
    await loop.shows('step 1 · 2 of 2 passed · done\n');
    await loop.shows('Next: The farewell, by npm run step 2.');

    expect(loop.text.split(HALF)).toHaveLength(3);
    expect(loop.text).not.toContain('checking');
    expect(loop.text).not.toContain('shows all keys');
  });
});
