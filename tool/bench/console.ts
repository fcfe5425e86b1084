import type { Page } from 'playwright-core';
import type { LessonState } from '../console/protocol.ts';
import { startConsole } from '../console/server/server.ts';
import type { Span } from '../trace/span.ts';
import { TraceStore } from '../trace/store.ts';

const SPANS = 10_000;
const WIDTH = 100;
const RUNS = 9;
const LIMIT_MS = 200;
const TRACE_ID = '1'.padStart(32, '0');

const LESSON: LessonState = {
  steps: [],
  step: 1,
  own: false,
  dir: '.',
  app: { state: 'running', url: 'http://localhost:3000' },
  check: { state: 'none' },
};

/**
 * Milliseconds from the address of a trace of 10,000 spans to the frame that has its first rows: fetched, decoded, laid out and painted.
 * Undefined where this machine has no browser.
 */
export async function benchConsole(root: string): Promise<number[] | undefined> {
  const { findChromium, launchBrowser } = await import('../pictures/browser.ts');
  if (!findChromium()) return undefined;
  const store = new TraceStore();
  store.add(largeTrace());
  const act = async () => ({ ok: true, text: '' });
  const lesson = { state: LESSON, onChange: () => () => {}, act };
  await using server = await startConsole({ root, port: 0, store, lesson, onFault: console.error });
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(server.url);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await firstPaint(page));
  return times.sort((a, b) => a - b);
}

/** As text, which runs in the page: there is no DOM in this program. */
async function firstPaint(page: Page): Promise<number> {
  await page.locator('.trace-line').waitFor();
  const ms = await page.evaluate<number>(`new Promise((resolve) => {
    const start = performance.now();
    new MutationObserver((_records, observer) => {
      if (!document.querySelector('.tree-grid-row')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    }).observe(document.body, { childList: true, subtree: true });
    location.hash = '#/trace/${TRACE_ID}';
  })`);
  await page.evaluate("location.hash = '#/'");
  return ms;
}

function largeTrace(): Span[] {
  const id = (at: number) => (at + 1).toString(16).padStart(16, '0');
  const start = BigInt(Date.now()) * 1_000_000n;
  const resource = { attributes: { 'service.name': 'shop' } };
  const scope = { name: 'bench', attributes: {} };
  return Array.from({ length: SPANS }, (_, at) => ({
    traceId: TRACE_ID,
    spanId: id(at),
    ...(at > 0 && { parentSpanId: id(at <= WIDTH ? 0 : ((at - 1) % WIDTH) + 1) }),
    name: at === 0 ? 'batch' : `SELECT items ${at}`,
    kind: 'CLIENT',
    startTimeUnixNano: start + BigInt(at * 100_000),
    endTimeUnixNano: start + BigInt(at * 100_000 + 5_000_000),
    attributes: {
      'db.system.name': 'sqlite',
      'db.query.text': 'SELECT * FROM items WHERE id = ?',
      'item.id': at,
    },
    events: [],
    links: [],
    status: { code: 'UNSET' },
    resource,
    scope,
  }));
}

export function renderConsoleTimes(times: readonly number[] | undefined): string {
  const what = 'console, trace of 10,000 spans';
  if (!times) return `${what.padEnd(36)}  skipped: there is no Chromium on the PATH\n`;
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  return `${what.padEnd(36)}  ${median.toFixed(0).padStart(5)} ms to first paint  (limit ${LIMIT_MS} ms)\n`;
}
