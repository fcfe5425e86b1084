import { spawn } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';

/** `node --import tsx tool/pictures/console.ts`: the pictures of the console, from real runs. Needs Chromium on the PATH. */

const root = path.resolve(import.meta.dirname, '../..');
const MISTAKE = 'checks/mistakes/03-auto-instrumentation/no-esm-hook';

interface Step {
  readonly args: readonly string[];
  /** Asked of the shop, one after the other. */
  readonly requests: readonly string[];
}

/** Runs a step, asks its app for something, and gives the address of its console to `picture` once there is a verdict. */
async function withStep({ args, requests }: Step, picture: (url: string) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, 'tool/start.mjs'), 'step', ...args], { cwd: root });
  let text = '';
  const says = async (pattern: RegExp) => {
    while (!pattern.test(text)) await new Promise((resolve) => child.stdout.once('data', resolve));
    return pattern.exec(text)?.[1] ?? '';
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const app = await says(/^ {2}app +(http\S+)/m);
    const console = await says(/^ {2}console +(http\S+)/m);
    await says(/^step \d · \d+ of \d+ passed/m);
    for (const request of requests) {
      await (await fetch(app + request, { headers: { 'x-user-id': 'ada' } })).text();
    }
    await picture(console);
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

interface Look {
  readonly name: string;
  readonly url: string;
  readonly theme: 'light' | 'dark';
}

async function shoot({ name, url, theme }: Look, go: (page: Page) => Promise<unknown>) {
  await using browser = await launchBrowser();
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: theme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  await page.goto(url);
  await go(page);
  // Fonts and layout are there by the second frame.
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
  await page.screenshot({ path: path.join(root, 'docs', name) });
}

const line = (page: Page, name: string) => page.locator('.trace-line').filter({ hasText: name });

await withStep(
  { args: ['5', '--solution'], requests: ['/items', '/fetch-external', '/nowhere', '/items'] },
  async (url) => {
    await shoot({ name: 'console-trace.png', url, theme: 'light' }, async (page) => {
      await line(page, 'GET /items').last().click();
      await page.locator('.tree-grid-row').first().click();
      await page.locator('.details').waitFor();
    });
    await shoot({ name: 'console-compare.png', url, theme: 'dark' }, async (page) => {
      await page.getByRole('button', { name: 'Guide' }).click();
      await line(page, 'GET /items').last().click();
      await page.getByRole('link', { name: 'Compare…' }).click();
      await line(page, 'GET /items').first().click();
      await page.locator('.tree-grid-row').first().waitFor();
    });
  },
);

const dir = path.join(root, '.workshop/picture');
await cp(path.join(root, 'solutions/03-auto-instrumentation'), dir, { recursive: true });
await cp(path.join(root, MISTAKE), dir, { recursive: true });
await withStep({ args: ['3', '--dir', dir], requests: ['/items', '/fetch-external'] }, async (url) => {
  await shoot({ name: 'console-verdict.png', url, theme: 'light' }, async (page) => {
    await page.locator('.verdict-summary').click();
    await page.locator('.arrived').first().waitFor();
  });
});
await rm(dir, { recursive: true, force: true });
