import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findChromium, launchBrowser } from '../../pictures/browser.ts';
import { openPage, type SamplePage, type SamplePageOptions } from './sample-page.ts';

export type Open = (options?: SamplePageOptions) => Promise<SamplePage>;

/**
 * As `describe`, with one browser for all tests in it. Without a browser on this machine they are skipped; where
 * WORKSHOP_EXPECT_BROWSER=1 says that there should be one, they fail.
 */
export function describePage(name: string, define: (open: Open) => void): void {
  const skipped = findChromium() === undefined && process.env.WORKSHOP_EXPECT_BROWSER !== '1';
  describe.skipIf(skipped)(skipped ? `${name} (skipped: no Chromium on the PATH)` : name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());
    define((options) => openPage(browser, options));
  });
}
