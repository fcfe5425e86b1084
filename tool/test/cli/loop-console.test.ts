import { describe, expect, test, vi } from 'vitest';
import type { ActionResult, LessonState } from '../../console/protocol.ts';
import { Loop } from '../fixtures/loop.ts';
import { until } from '../fixtures/wait.ts';
import { helloApp } from '../fixtures/workshop.ts';

// Each starts vitest once more, beside all the other tests.
vi.setConfig({ testTimeout: 90_000 });

const HALF = 'step 1 · 1 of 2 passed · next: it greets';
const DONE = 'step 1 · 2 of 2 passed · done · n: step 2';

/** Long enough for a check of it to be interrupted. */
const SLOW_APP = helloApp('hello').replace(
  "response.end('hello')",
  "setTimeout(() => response.end('hello'), 3000)",
);

/** A browser's page, as far as the server can tell. */
class Page {
  readonly #url: string;
  readonly #token: string;
  #events = '';
  #ended = false;

  static async open(loop: Loop): Promise<Page> {
    await until(() =>
      fetch(loop.consoleUrl).then(
        () => true,
        () => false,
      ),
    );
    const html = await (await fetch(loop.consoleUrl)).text();
    return new Page(loop.consoleUrl, /workshop-token" content="([^"]+)"/.exec(html)?.[1] ?? '');
  }

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    void this.#listen();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** As it was told last. */
  get lesson(): LessonState | undefined {
    const last = [...this.#events.matchAll(/event: lesson\ndata: (.+)\n\n/g)].at(-1);
    return last && JSON.parse(last[1] ?? '');
  }

  shows(condition: (lesson: LessonState) => boolean): Promise<void> {
    return until(() => this.lesson !== undefined && condition(this.lesson), 40_000);
  }

  async act(action: string, body = {}): Promise<ActionResult> {
    const response = await fetch(`${this.#url}/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-workshop-token': this.#token },
      body: JSON.stringify(body),
    });
    return (await response.json()) as ActionResult;
  }

  async #listen(): Promise<void> {
    try {
      const { body } = await fetch(`${this.#url}/api/events`);
      const decoder = new TextDecoder();
      for await (const chunk of body ?? []) this.#events += decoder.decode(chunk, { stream: true });
    } catch {
      // Hung up on, as a browser is.
    }
    this.#ended = true;
  }
}

describe('the console of a step', () => {
  test('shows what the terminal shows: the app, the verdict, what is done', async () => {
    const loop = new Loop();
    const page = await Page.open(loop);
    await page.shows(({ check }) => check.state === 'done');
    await loop.staysAt(HALF);
    expect(page.lesson).toMatchObject({
      step: 1,
      own: true,
      dir: 'steps/01-greeting',
      app: { state: 'running' },
      steps: [
        { number: 1, name: 'greeting', title: 'The greeting', done: false },
        { number: 2, name: 'farewell', title: 'The farewell', done: false },
      ],
    });
    const { passed, assertions } = page.lesson?.check.result ?? {};
    expect(passed).toBe(false);
    expect(assertions).toMatchObject([
      { name: 'the app starts and answers', passed: true, message: '', diagnosis: null },
      { name: 'it greets', passed: false, guide: 'what-to-do' },
    ]);
    expect(assertions?.[1]?.message).toMatch(/^Expected a greeting/);

    loop.save("throw new Error('oh no');");
    await page.shows(({ app }) => app.state === 'ended');
    expect(page.lesson?.app.message).toMatch(
      /^app\.ts ended with exit code 1 before it listened\. → app\.ts:1: oh no /,
    );
    loop.save(helloApp('hello'));
    await page.shows(({ app, steps }) => app.state === 'running' && steps[0]?.done === true);
    await loop.staysAt(DONE);
  });

  test('does what the commands do, and says what they print', async () => {
    const loop = new Loop();
    const page = await Page.open(loop);
    const check = await page.act('check');
    expect(check.ok).toBe(false);
    expect(check.text).toContain('✓ the app starts and answers\n✗ it greets\n\n  Expected a greeting');
    await loop.staysAt(HALF);
    expect(loop.text).not.toContain('Step 1: 1 of 2 passed.');

    expect(await page.act('hint')).toEqual({
      ok: false,
      text: 'steps/01-greeting/README.md has no hints. → Run: git checkout steps/01-greeting/README.md.\n',
    });
    const noSolution = { ok: false, text: 'Step 1 has no solution. → Run: git checkout solutions.\n' };
    expect(await page.act('diff')).toEqual(noSolution);
    expect(await page.act('solve')).toEqual(noSolution);
    expect(await page.act('undo')).toMatchObject({
      ok: false,
      text: expect.stringContaining('nothing to undo'),
    });

    loop.solution(helloApp('hello'));
    expect(await page.act('diff')).toMatchObject({
      ok: true,
      text: expect.stringContaining('+ const server = '),
    });
    expect(await page.act('solve')).toMatchObject({
      ok: true,
      text: expect.stringContaining('Step 1 is its solution now: app.ts.'),
    });
    await loop.staysAt(DONE);
    expect(await page.act('undo')).toMatchObject({
      ok: true,
      text: expect.stringContaining('app.ts brought back'),
    });
    await loop.staysAt(HALF);
  });

  test('goes to another step, in the terminal too', async () => {
    const loop = new Loop();
    const page = await Page.open(loop);
    expect(await page.act('step', { step: 9 })).toEqual({
      ok: false,
      text: 'There is no step 9 to go to. → Choose one of 1, 2.\n',
    });
    expect(await page.act('step', { step: 2 })).toEqual({ ok: true, text: 'Step 2 runs.\n' });
    await loop.shows('Step 2: farewell');
    await page.shows(({ step, app }) => step === 2 && app.state === 'running');
    await page.shows(({ check }) => check.state === 'done');
    expect(loop.progress.current).toBe('farewell');
    loop.press('p');
    await page.shows(({ step }) => step === 1);
  });

  test("leaves work alone that is not the learner's own", async () => {
    const loop = new Loop({ own: false });
    const page = await Page.open(loop);
    for (const action of ['hint', 'diff', 'solve', 'reset', 'undo']) {
      expect(await page.act(action)).toEqual({
        ok: false,
        text: 'This is not your own work: hints, diff, solve, reset and undo are for steps/.\n',
      });
    }
  });

  test('does not hold up Ctrl-C, however many pages are open, and gives a check up', async () => {
    const loop = new Loop({ app: SLOW_APP });
    const [page, ...others] = await Promise.all([Page.open(loop), Page.open(loop), Page.open(loop)]);
    await page.shows(({ check }) => check.state === 'done');
    const check = page.act('check');
    await page.shows(({ check }) => check.state === 'checking');
    loop.interrupt();
    expect(await loop.exitCode).toBe(0);

    expect(await check).toEqual({ ok: false, text: 'The check was given up.\n' });
    await until(() => [page, ...others].every(({ ended }) => ended));
    await expect(fetch(loop.consoleUrl)).rejects.toThrow('fetch failed');
  });

  test('is opened by the key o, or its address said', async () => {
    const loop = new Loop();
    await Page.open(loop);
    loop.press('o');
    await loop.shows('No browser can be opened from here.');
    expect(loop.text.split(loop.consoleUrl)).toHaveLength(3);
  });
});
