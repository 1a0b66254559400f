import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, fulfilment, openShop, plan, type Shop, staff } from './shop.ts';

/** One shop for all tests that change nothing. */
let calm: Shop;
beforeAll(async () => {
  calm = await openShop();
});
afterAll(() => calm[Symbol.asyncDispose]());

describe('staff', () => {
  it('list shipments by status in pages, newest first', async () => {
    await using shop = await openShop();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await plan(shop)).id);
    await shop.operations.cancelShipment(ids[4] ?? '');
    const list = /* GraphQL */ `
      query ($after: String) {
        shipments(status: PLANNED, first: 3, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } }
      }
    `;
    const { data } = await shop.as(staff('SUPPORT'))(list);
    expect(data.shipments.nodes.map(({ id }: any) => id)).toEqual([ids[3], ids[2], ids[1]]);
    const rest = await shop.as(staff('SUPPORT'))(list, { after: data.shipments.pageInfo.endCursor });
    expect(rest.data.shipments).toMatchObject({ nodes: [{ id: ids[0] }], pageInfo: { hasNextPage: false } });
    expect((await shop.as(ada)(list)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each([0, -1, 101, 1_000_000_000])(
    'and everybody else get at most a hundred rows: first %d is refused',
    async (first) => {
      const shop = calm;
      for (const field of ['shippingMethods', 'shipments', 'shippingZones'])
        expect(
          (await shop.as(fulfilment)(`{ ${field}(first: ${first}) { nodes { id } } }`)).errors?.[0]?.extensions.code,
        ).toBe('BAD_USER_INPUT');
    },
  );
});

describe('the list of methods', () => {
  it('of a country has those that go there', async () => {
    const shop = calm;
    const list = async (countryCode: string) =>
      (
        await shop.as(ANONYMOUS)(`{ shippingMethods(countryCode: "${countryCode}") { nodes { name } } }`)
      ).data.shippingMethods.nodes.map(({ name }: any) => name);
    expect(await list('DE')).toEqual(['Express', 'Pick-up', 'Standard']);
    expect(await list('FR')).toEqual(['Express', 'Standard']);
    expect(await list('BR')).toEqual(['Standard']);
  });
});
