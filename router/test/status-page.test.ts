import { CHROMIUM, openBrowser } from '@cartograph/runtime/testing/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouterStatus } from '../src/telemetry/status.ts';
import { openGraph } from './supergraph.ts';

if (!CHROMIUM && process.env.CI === 'true') throw new Error('The status page must be tested in CI: install chromium.');

type Graph = Awaited<ReturnType<typeof openGraph>>;

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const TOKEN = { lifetimeSeconds: 60, tokenId: 't1' };

interface View {
  readonly viewport: typeof DESK;
  readonly colorScheme?: 'light' | 'dark';
  /** Changes what the router says before the page reads it. */
  readonly status?: (status: any) => RouterStatus;
}

let browser: Browser;

async function openPage(graph: Graph, { status, ...view }: View) {
  const page = await browser.newPage(view);
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && new URL(request.url()).origin !== new URL(graph.url).origin)
      foreign.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (status)
    await page.route('**/status.json', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: status(await answer.json()) });
    });
  await page.goto(new URL('/status', graph.url).href);
  return { page, foreign, complaints, [Symbol.asyncDispose]: () => page.close() };
}

const rowOf = (page: Page, table: string, name: string) =>
  page.locator(`#${table} tbody tr`, { has: page.locator('th', { hasText: name }) });

describe.skipIf(!CHROMIUM)('the status page, in Chromium (skipped where Chromium is not installed)', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  it('shows every subgraph, follows what is asked, and loads not a byte from elsewhere', async () => {
    await using graph = await openGraph();
    await using opened = await openPage(graph, { viewport: DESK });
    const { page, foreign, complaints } = opened;
    await page.locator('#operations td', { hasText: 'Nothing has been asked yet.' }).waitFor();
    expect(await page.locator('#subgraphs tbody th').allTextContents()).toEqual(['books', 'reviews']);
    await graph.ask({ query: 'query Shelf { books { id stars } }' });
    await rowOf(page, 'operations', 'Shelf').waitFor({ timeout: 10_000 });
    expect(await rowOf(page, 'operations', 'Shelf').textContent()).toContain('query');
    expect(await rowOf(page, 'subgraphs', 'books').locator('.tag.closed').count()).toBe(1);
    expect(await page.textContent('#state')).toBe('All well');
    expect(await page.textContent('#facts')).toMatch(/version \d+\.\d+\.\d+/);
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('writes a name that a caller has chosen as text', async () => {
    await using graph = await openGraph();
    await graph.ask({ query: '{ books { id } }' });
    const name = '<img src=x onerror="document.title=1">';
    const status = (given: RouterStatus) => ({
      ...given,
      operations: given.operations.map((one) => ({ ...one, name })),
    });
    await using opened = await openPage(graph, { viewport: DESK, status });
    const { page, complaints } = opened;
    await page.locator('#operations code', { hasText: 'onerror' }).waitFor();
    expect(await page.locator('#operations img').count()).toBe(0);
    expect(await page.title()).toBe('Cartograph router');
    expect(complaints).toEqual([]);
  }, 60_000);

  it.each(['light', 'dark'] as const)(
    'fits on a phone, and follows the system (%s)',
    async (colorScheme) => {
      await using graph = await openGraph();
      await graph.ask({ query: `query ${'AQueryWithAVeryLongName'.repeat(4)} { books { id stars } }` });
      await using opened = await openPage(graph, { viewport: PHONE, colorScheme });
      const { page, complaints } = opened;
      await page.waitForSelector('#operations tbody th');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
      const ground: string = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      const [red = 0] = ground.match(/\d+/g)?.map(Number) ?? [];
      if (colorScheme === 'dark') expect(red).toBeLessThan(60);
      else expect(red).toBeGreaterThan(200);
      expect(complaints).toEqual([]);
    },
    60_000,
  );

  it('says when a subgraph is left alone, and when the router is gone', async () => {
    await using graph = await openGraph({ reviews: 'down' });
    await using opened = await openPage(graph, { viewport: DESK });
    const { page } = opened;
    for (let time = 0; time < 10; time += 1) await graph.ask({ query: '{ books { id stars } }' });
    await page.locator('#state.bad', { hasText: 'reviews down' }).waitFor({ timeout: 10_000 });
    expect(await rowOf(page, 'subgraphs', 'reviews').locator('.tag.open').count()).toBe(1);
    await page.route('**/status.json', (route) => route.abort());
    await page.locator('#state', { hasText: 'No answer' }).waitFor({ timeout: 10_000 });
  }, 60_000);

  it('asks strangers in production for a token, and shows nothing to any but staff', async () => {
    await using graph = await openGraph({ config: { production: true } });
    await using opened = await openPage(graph, { viewport: DESK });
    const { page } = opened;
    await page.waitForSelector('#token');
    const show = async (token: string) => {
      await page.fill('#token', token);
      await page.click('#entry button');
    };
    await show('nonsense');
    await page.locator('#complaint', { hasText: 'not valid' }).waitFor();
    await show(await graph.issue({ kind: 'customer', customerId: 'c1' }, TOKEN));
    await page.locator('#complaint', { hasText: 'not of staff' }).waitFor();
    expect(await page.locator('#content').isVisible()).toBe(false);
    await show(await graph.issue({ kind: 'staff', staffId: 's1', roles: ['SUPPORT'] }, TOKEN));
    await page.waitForSelector('#subgraphs tbody th');
    expect(await page.locator('#entry').isVisible()).toBe(false);
    expect(await page.inputValue('#token')).toBe('');
  }, 60_000);
});
