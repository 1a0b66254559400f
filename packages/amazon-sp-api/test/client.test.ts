import { hasContracts, readContractFile } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { type AmazonClientOptions, createAmazonClient } from '../src/client.ts';
import { OPERATIONS } from '../src/operations.ts';
import { AMAZON_SELLER, GERMANY, openAmazonDouble } from '../src/testing/amazon-double.ts';

async function open(options: Partial<AmazonClientOptions> = {}) {
  const double = await openAmazonDouble();
  const client = createAmazonClient({ ...double.options, ...options });
  double.listings.list('SHIRT');
  const find = (sku = 'SHIRT') =>
    client.ask('getListingsItem', { path: { sellerId: AMAZON_SELLER, sku }, query: { marketplaceIds: GERMANY } });
  return {
    ...{ double, client, find },
    async [Symbol.asyncDispose]() {
      await client.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

const patch = { productType: 'SHIRT', patches: [{ op: 'merge', path: '/attributes/purchasable_offer', value: [] }] };

describe.runIf(hasContracts())('the Selling Partner API', () => {
  it('is asked with one access token, however many ask at once, and with another when that one has ended', async () => {
    await using one = await open();
    await Promise.all(Array.from({ length: 8 }, () => one.find()));
    expect(one.double.tokens.given()).toBe(1);
    one.double.tokens.end();
    expect(await one.find()).toMatchObject({ sku: 'SHIRT' });
    expect(one.double.tokens.given()).toBe(2);
  });

  it('that knows no refresh token of ours is not asked at all', async () => {
    await using one = await open({ refreshToken: 'Atzr|of-somebody' });
    await expect(one.find()).rejects.toThrow('Amazon gives no access token: invalid_grant');
    expect(one.double.asked('getListingsItem')).toBe(0);
  });

  it('is asked about a SKU with any letters', async () => {
    await using one = await open();
    for (const sku of ['A/B #1', 'Größe 42, blau', '100 %'] as const) {
      one.double.listings.list(sku);
      expect(await one.find(sku)).toMatchObject({ sku });
    }
  });

  it('says no in its own words', async () => {
    await using one = await open();
    await expect(one.find('NONE')).rejects.toMatchObject({
      ...{ name: 'AmazonRefusal', status: 404, codes: ['NOT_FOUND'] },
      message: expect.stringContaining("SKU 'NONE' not found"),
    });
  });

  it('is asked as often as it grants by now, and hardly ever oftener', async () => {
    await using one = await open();
    one.double.limits.set('getListingsItem', { rate: 40, burst: 10 });
    await one.find();
    const began = performance.now();
    await Promise.all(Array.from({ length: 29 }, () => one.find()));
    // 9 at once, and 20 at 40 a second, once the first answer has said so.
    expect(performance.now() - began).toBeGreaterThan(450);
    expect(one.double.limits.refused.length).toBeLessThan(3);
    expect(one.double.asked('getListingsItem')).toBeLessThan(33);
  });

  it('that another process asks, too, is asked again when it has refused', async () => {
    await using one = await open();
    await one.find();
    one.double.limits.set('getListingsItem', { rate: 20, burst: 1 });
    const found = await Promise.all(Array.from({ length: 4 }, () => one.find()));
    expect(found).toHaveLength(4);
    expect(one.double.limits.refused.length).toBeGreaterThan(0);
  });

  it('tells who would wait too long to come again', async () => {
    await using one = await open({ longestWaitMs: 100 });
    one.double.limits.set('getListingsItem', { rate: 0.1, burst: 10 });
    await one.find();
    const ended = await Promise.allSettled(Array.from({ length: 11 }, () => one.find()));
    const refused = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(refused).toMatchObject(Array(2).fill({ name: 'Unavailable', neighbour: 'Amazon' }));
    expect(one.double.asked('getListingsItem')).toBe(10);
  });

  it('repeats what says how something is to be, and nothing that makes something', async () => {
    await using one = await open();
    one.double.faults.add({ operation: 'patchListingsItem', at: 'after', does: 'cut' });
    const path = { sellerId: AMAZON_SELLER, sku: 'SHIRT' };
    const query = { marketplaceIds: GERMANY };
    expect(await one.client.ask('patchListingsItem', { path, query, body: patch })).toMatchObject({
      status: 'ACCEPTED',
    });
    one.double.faults.add({ operation: 'createFeed', at: 'before', does: 'cut' });
    const body = { feedType: 'JSON_LISTINGS_FEED', marketplaceIds: [GERMANY], inputFeedDocumentId: 'none' };
    await expect(one.client.ask('createFeed', { body })).rejects.toMatchObject({ name: 'Unavailable' });
    expect([one.double.asked('patchListingsItem'), one.double.asked('createFeed')]).toEqual([2, 1]);
  });

  it('has the usage plans that its contracts state', () => {
    const stated = ['listingsItems_2021-08-01', 'feeds_2021-06-30', 'orders_2026-01-01', 'notifications'].flatMap(
      planned,
    );
    for (const [name, operation] of Object.entries(OPERATIONS))
      expect(stated).toContainEqual([name, operation.method, operation.path, operation.rate, operation.burst]);
  });
});

/** Name, method, path, rate and burst of each operation: the plan stands in the description as a table. */
function planned(document: string) {
  const { paths } = readContractFile(`amazon-sp-api/${document}.json`) as {
    paths: Record<string, Record<string, Described>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, description = '' }]) => {
      const [, rate, burst] = /\| ---- \| ---- \|\n\| ([\d.]+) \| (\d+) \|/.exec(description) ?? [];
      return operationId ? [[operationId, method.toUpperCase(), path, Number(rate), Number(burst)]] : [];
    }),
  );
}

interface Described {
  readonly operationId?: string;
  readonly description?: string;
}
