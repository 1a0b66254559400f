import { CHROMIUM, openBrowser } from '@cartograph/runtime/testing/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './src/graph.ts';

if (!CHROMIUM && process.env.CI === 'true') throw new Error('The explorer must be tested in CI: install chromium.');

describe.skipIf(!CHROMIUM)('the offline explorer, in Chromium (skipped where Chromium is not installed)', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  }, 60_000);
  afterAll(() => shop[Symbol.asyncDispose]());

  async function openExplorer() {
    const browser = await openBrowser();
    const page = await browser.newPage({
      // Tall, because the editor renders only the lines in view.
      viewport: { width: 1400, height: 2400 },
    });
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL(shop.url).origin) && !request.url().startsWith('data:'))
        foreign.push(request.url());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(new URL('/explorer', shop.url).href);
    await page.waitForSelector('.graphiql-execute-button');
    return { page, foreign, complaints, [Symbol.asyncDispose]: () => browser.close() };
  }

  it('places an order, and shows it over five subgraphs, without a byte from elsewhere', async () => {
    await using explorer = await openExplorer();
    const { page, foreign, complaints } = explorer;
    const run = async (tab: string, expected: RegExp) => {
      await page.getByRole('tab', { name: tab }).click();
      await page.click('.graphiql-execute-button');
      const result = page.locator('.result-window').filter({ hasText: expected });
      await result.waitFor({ timeout: 20_000 });
      return result.textContent();
    };
    const placed = await run('PlaceOrder', /"PlaceOrderSuccess"[\s\S]*"shipments"/);
    const number = /"number": "([^"]+)"/.exec(placed ?? '')?.[1];
    expect(number).toEqual(expect.any(String));
    const account = await run('MyAccount', /"timeline"/);
    expect(account).toContain(number);
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('finds what was mistyped', async () => {
    await using explorer = await openExplorer();
    await explorer.page.getByRole('tab', { name: 'Search' }).click();
    await explorer.page.click('.graphiql-execute-button');
    const result = explorer.page.locator('.result-window').filter({ hasText: '"corrections"' });
    expect(await result.textContent()).toMatch(/sneaker/i);
  }, 60_000);
});
