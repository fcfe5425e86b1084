import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { LessonState } from '../../console/protocol.ts';
import { bundlePage } from '../../console/server/bundle.ts';
import { type Console, startConsole } from '../../console/server/server.ts';
import type { Span } from '../../trace/span.ts';
import { TraceStore } from '../../trace/store.ts';
import { SampleLesson } from './sample-lesson.ts';

export interface SamplePage extends AsyncDisposable {
  readonly page: Page;
  readonly store: TraceStore;
  readonly lesson: SampleLesson;
  readonly server: Console;
}

export interface SamplePageOptions extends BrowserContextOptions {
  readonly spans?: readonly Span[];
  readonly lesson?: Partial<LessonState>;
  readonly store?: TraceStore;
  /** The place within the page: `#/trace/<id>`. */
  readonly hash?: string;
  /** What the browser may complain about, such as that the server is gone. */
  readonly expectedFault?: RegExp;
}

const PATIENCE_MS = 20_000;
const root = path.resolve(import.meta.dirname, '../../..');
let bundle: ReturnType<typeof bundlePage> | undefined;

/** The console's own server, on a free port unless told otherwise; the page is bundled once for all of them. */
export function startSampleConsole(
  { store, lesson }: Pick<SamplePage, 'store' | 'lesson'>,
  port = 0,
): Promise<Console> {
  bundle ??= bundlePage();
  const bundled = bundle;
  const onFault = (error: unknown) => console.error(error);
  return startConsole({ root, port, store, lesson, onFault, bundle: () => bundled });
}

/**
 * The page in a browser, with these spans and this lesson, once it has heard from its server. Its disposal rejects where the page had
 * an error, where its policy refused something, or where it asked anybody but its server.
 */
export async function openPage(browser: Browser, options: SamplePageOptions = {}): Promise<SamplePage> {
  const { spans = [], lesson: state, hash = '', store = new TraceStore(), expectedFault, ...rest } = options;
  store.add(spans);
  const lesson = new SampleLesson(state);
  const server = await startSampleConsole({ store, lesson });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...rest });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = watchFaults(page, server.url);
  await page.goto(`${server.url}/${hash}`);
  await page.locator('.verdict-summary').waitFor({ state: 'attached' });
  return {
    page,
    store,
    lesson,
    server,
    async [Symbol.asyncDispose]() {
      await context.close();
      await server.close();
      const unexpected = faults.filter((fault) => !expectedFault?.test(fault));
      if (unexpected.length > 0)
        throw new Error(`The page did what it should not:\n${unexpected.join('\n')}`);
    },
  };
}

function watchFaults(page: Page, url: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) faults.push(request.url());
  });
  return faults;
}
