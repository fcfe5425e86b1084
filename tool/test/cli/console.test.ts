import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LessonConsole } from '../../cli/console.ts';
import type { Lesson } from '../../cli/lesson.ts';
import { TraceStore } from '../../trace/store.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { until } from '../fixtures/wait.ts';

const LESSON = { observe: () => () => {} } as unknown as Lesson;
const DESKTOP = { DISPLAY: ':0' };

interface Opened {
  readonly page: LessonConsole;
  readonly urls: string[];
  readonly said: string[];
}

async function consoleIn(environment: NodeJS.ProcessEnv, port?: number, opens = true): Promise<Opened> {
  const urls: string[] = [];
  const said: string[] = [];
  const page = new LessonConsole({
    root: '/nowhere',
    port: port ?? (await heldPort()),
    lesson: LESSON,
    environment,
    say: (text) => said.push(text),
    open: async (url) => {
      urls.push(url);
      return opens;
    },
  });
  onTestFinished(() => page.close());
  return { page, urls, said };
}

describe('the console', () => {
  test('is opened in the browser once it answers', async () => {
    const { page, urls } = await consoleIn(DESKTOP);
    const opening = page.open({ asked: false });
    expect(urls).toEqual([]);
    page.start({ store: new TraceStore(), link: () => undefined });
    await opening;

    expect(urls).toEqual([page.url]);
    expect((await fetch(page.url)).status).toBe(200);
  });

  test.for<[string, NodeJS.ProcessEnv]>([
    ['in CI', { ...DESKTOP, CI: 'true' }],
    ['over SSH', { SSH_CONNECTION: 'x' }],
  ])('is not opened by itself %s', async ([, environment]) => {
    const { page, urls, said } = await consoleIn(environment);
    page.start({ store: new TraceStore(), link: () => undefined });
    await page.open({ asked: false });
    expect([urls, said]).toEqual([[], []]);
  });

  test('says its address to who asked, where no browser opens', async () => {
    const { page, said } = await consoleIn(DESKTOP, undefined, false);
    page.start({ store: new TraceStore(), link: () => undefined });
    await page.open({ asked: false });
    expect(said).toEqual([]);
    await page.open({ asked: true });
    expect(said).toEqual([`No browser can be opened from here. → Open ${page.url} yourself.`]);
  });

  test('that cannot start says so, and nothing else ends', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const { page, urls, said } = await consoleIn(DESKTOP, port);
    page.start({ store: new TraceStore(), link: () => undefined });
    await page.open({ asked: true });

    await until(() => said.length > 0);
    expect(said[0]).toMatch(
      /^The console cannot start: listen EADDRINUSE.* → Start again; the terminal has all/,
    );
    expect(urls).toEqual([]);
  });
});
