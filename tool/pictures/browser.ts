import { type Browser, chromium } from 'playwright-core';
import { findProgram } from '../doctor/find-program.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** It runs as root in a container, and asks nobody for anything. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a Chromium on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  return NAMES.map((name) => findProgram(name, process.env)).find((found) => found !== undefined);
}

/** A Chromium without a window, with a fresh profile. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium on the PATH. → Install one.');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}
