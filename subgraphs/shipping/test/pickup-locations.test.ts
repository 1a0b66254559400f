import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { address, askAsFulfilment as ask, openShop } from './shop.ts';

describe('staff', () => {
  it('save a pick-up location, and buyers find the nearest first', async () => {
    await using shop = await openShop();
    const save = /* GraphQL */ `
      mutation ($input: SavePickupLocationInput!) {
        savePickupLocation(input: $input) {
          __typename
          ... on SavePickupLocationSuccess { location { id name active } }
          ... on InvalidInput { issues { path } }
        }
      }
    `;
    const kreuzberg = { name: 'Kreuzberg', address: { ...address, postalCode: '10997' }, openingHours: 'Always' };
    const { location } = await ask(shop, save, kreuzberg);
    const list = /* GraphQL */ `
      query ($postalCode: String, $first: Int!, $after: String) {
        pickupLocations(countryCode: "DE", postalCode: $postalCode, first: $first, after: $after) {
          nodes { name }
          pageInfo { endCursor hasNextPage }
        }
      }
    `;
    const near = async (postalCode: string | null) => {
      const names: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { data }: any = await shop.as(ANONYMOUS)(list, { postalCode, first: 1, after });
        names.push(...data.pickupLocations.nodes.map(({ name }: any) => name));
        ({ endCursor: after, hasNextPage: more } = data.pickupLocations.pageInfo);
      }
      return names;
    };
    expect(await near('10999')).toEqual(['Kreuzberg', 'Berlin Mitte', 'Hamburg Altona', 'München Glockenbach']);
    expect((await near('22765'))[0]).toBe('Hamburg Altona');
    expect(await near(null)).toHaveLength(4);
    await ask(shop, save, { ...kreuzberg, id: location.id, active: false });
    expect(await near('10999')).toHaveLength(3);
    expect((await ask(shop, save, { ...kreuzberg, openingHours: '' })).issues[0].path).toEqual(['openingHours']);
    const absent = { ...kreuzberg, id: 'PickupLocation:01JNONE0000000000000000000' };
    expect((await ask(shop, save, absent)).__typename).toBe('NotFound');
  });
});
