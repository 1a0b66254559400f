import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's, Ubuntu's and Google's; Playwright's own is not downloaded. */
export const CHROMIUM: string | undefined = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
].find(existsSync);

const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** A browser that is closed at the end of the block. In CI there has to be one. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  if (!CHROMIUM) throw new Error('Pages must be tested in a browser: install chromium.');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}
