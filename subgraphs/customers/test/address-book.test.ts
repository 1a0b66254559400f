import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { newCustomer, openWorld, SUPPORT, type World } from './world.ts';

const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Karl-Marx-Allee 1',
  city: 'Berlin',
  postalCode: '10178',
  countryCode: 'DE',
};
const FIELDS =
  'id isDefaultShipping isDefaultBilling postalAddress { name line1 line2 city region postalCode countryCode phone }';
const ADD = `mutation ($input: AddAddressInput!) { addAddress(input: $input) { __typename
  ... on AddAddressSuccess { address { ${FIELDS} } } ... on UserError { message } ... on InvalidInput { issues { path message } } } }`;
type Customer = Awaited<ReturnType<typeof newCustomer>>;
const add = async (who: Customer, input: object) => (await who.ask(ADD, { input })).data.addAddress;
const bookOf = async (who: Customer) =>
  (
    await who.ask(
      `{ me { defaultShippingAddress { id } defaultBillingAddress { id } addresses(first: 100) { nodes { ${FIELDS} } } } }`,
    )
  ).data.me;
const countRows = async (world: World) => (await world.db.pool.query('SELECT FROM addresses')).rowCount;

describe('an address book', () => {
  it('makes the first address the default for both uses, and a later one only when asked', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const first = (await add(ada, { address: { ...ADDRESS, line2: ' ', phone: ' +49 30 1 ' } })).address;
    expect(first).toMatchObject({ isDefaultShipping: true, isDefaultBilling: true });
    expect(first.postalAddress).toEqual({ ...ADDRESS, line2: null, region: null, phone: '+49 30 1' });
    const second = (await add(ada, { address: { ...ADDRESS, line1: 'Unter den Linden 2' } })).address;
    expect(second).toMatchObject({ isDefaultShipping: false, isDefaultBilling: false });
    const third = (await add(ada, { address: { ...ADDRESS, line1: 'Torstr. 3' }, defaultFor: ['BILLING'] })).address;
    expect(third).toMatchObject({ isDefaultShipping: false, isDefaultBilling: true });
    const book = await bookOf(ada);
    expect(book.addresses.nodes.map(({ id }: { id: string }) => id)).toEqual([first.id, second.id, third.id]);
    expect(book.defaultShippingAddress.id).toBe(first.id);
    expect(book.defaultBillingAddress.id).toBe(third.id);
  });

  it('answers a retry with the same id as before, and refuses a second address with it', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const bob = await newCustomer(world, 'bob@example.com');
    const id = newId('Address');
    const answers = await Promise.all(Array.from({ length: 10 }, () => add(ada, { id, address: ADDRESS })));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ __typename: 'AddAddressSuccess', address: { id } });
    expect(await countRows(world)).toBe(1);

    const other = await add(ada, { id, address: { ...ADDRESS, city: 'Potsdam' } });
    expect(other).toEqual({
      __typename: 'AddressIdTaken',
      message: expect.stringContaining('Another address has this id'),
    });
    // Somebody else's id is taken too, and says nothing of whose it is.
    expect(await add(bob, { id, address: ADDRESS })).toEqual(other);
    expect((await bookOf(ada)).addresses.nodes[0].postalAddress.city).toBe('Berlin');
  });

  it('says which fields of an address are wrong, and how an id must look', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const refused = await add(ada, {
      id: 'Order:1',
      address: { ...ADDRESS, name: ' ', city: 'x'.repeat(121), line1: 'a\u0000b' },
    });
    expect(refused.__typename).toBe('InvalidInput');
    expect(refused.issues.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'address.name',
      'address.line1',
      'address.city',
      'id',
    ]);
    const country = await ada.ask(ADD, { input: { address: { ...ADDRESS, countryCode: 'Germany' } } });
    expect(country.errors?.[0]?.message).toContain('is not a country code');
    expect(await countRows(world)).toBe(0);
  });

  it('holds a hundred addresses and no more, however many come at once', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    for (let i = 0; i < 95; i += 1) await add(ada, { address: { ...ADDRESS, line1: `House ${i}` } });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => add(ada, { address: { ...ADDRESS, line1: `Late house ${i}` } })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'AddAddressSuccess')).toHaveLength(5);
    expect(answers.filter(({ __typename }) => __typename === 'AddressBookFull')).toHaveLength(7);
    expect(await countRows(world)).toBe(100);
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const { data }: { data: any } = await ada.ask(
        'query ($after: String) { me { addresses(first: 33, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
        { after },
      );
      for (const { id } of data.me.addresses.nodes) seen.add(id);
      after = data.me.addresses.pageInfo.hasNextPage ? data.me.addresses.pageInfo.endCursor : null;
    } while (after);
    expect(seen.size).toBe(100);
    const [gone] = seen;
    await ada.ask('mutation ($id: ID!) { removeAddress(id: $id) { __typename } }', { id: gone });
    expect((await add(ada, { address: ADDRESS })).__typename).toBe('AddAddressSuccess');
  });

  it('changes, removes and chooses defaults, and empties a default whose address goes', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const one = (await add(ada, { address: ADDRESS })).address.id;
    const two = (await add(ada, { address: { ...ADDRESS, city: 'Potsdam' } })).address.id;
    const DEFAULT = `mutation ($input: SetDefaultAddressInput!) { setDefaultAddress(input: $input) { __typename
      ... on SetDefaultAddressSuccess { customer { defaultShippingAddress { id } defaultBillingAddress { id } } } } }`;
    const chosen = await ada.ask(DEFAULT, { input: { id: two, uses: ['SHIPPING'] } });
    expect(chosen.data.setDefaultAddress.customer).toEqual({
      defaultShippingAddress: { id: two },
      defaultBillingAddress: { id: one },
    });
    expect((await ada.ask(DEFAULT, { input: { id: two, uses: [] } })).data.setDefaultAddress.__typename).toBe(
      'InvalidInput',
    );

    const UPDATE = `mutation ($input: UpdateAddressInput!) { updateAddress(input: $input) { __typename
      ... on UpdateAddressSuccess { address { ${FIELDS} } } } }`;
    const moved = await ada.ask(UPDATE, {
      input: { id: two, address: { ...ADDRESS, city: 'Wien', countryCode: 'AT' } },
    });
    expect(moved.data.updateAddress.address).toMatchObject({
      id: two,
      isDefaultShipping: true,
      postalAddress: { city: 'Wien', countryCode: 'AT' },
    });

    const REMOVE = `mutation ($id: ID!) { removeAddress(id: $id) { __typename
      ... on RemoveAddressSuccess { removedId customer { defaultShippingAddress { id } } } } }`;
    const removed = await ada.ask(REMOVE, { id: two });
    expect(removed.data.removeAddress).toMatchObject({ removedId: two, customer: { defaultShippingAddress: null } });
    expect((await ada.ask(REMOVE, { id: two })).data.removeAddress.__typename).toBe('NotFound');
    for (const id of [two, 'nonsense', newId('Address')])
      expect((await ada.ask(UPDATE, { input: { id, address: ADDRESS } })).data.updateAddress.__typename).toBe(
        'NotFound',
      );
  });

  it('is changed by its owner alone', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const bob = await newCustomer(world, 'bob@example.com');
    const id = (await add(ada, { address: ADDRESS })).address.id;
    const before = await bookOf(ada);
    const attempts: [string, object][] = [
      [
        'mutation ($input: UpdateAddressInput!) { r: updateAddress(input: $input) { __typename } }',
        { input: { id, address: { ...ADDRESS, city: 'X' } } },
      ],
      ['mutation ($id: ID!) { r: removeAddress(id: $id) { __typename } }', { id }],
      [
        'mutation ($input: SetDefaultAddressInput!) { r: setDefaultAddress(input: $input) { __typename } }',
        { input: { id, uses: ['SHIPPING'] } },
      ],
    ];
    for (const [mutation, variables] of attempts) {
      expect((await bob.ask(mutation, variables)).data.r.__typename).toBe('NotFound');
      expect((await world.as()(mutation, variables)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(
        (await world.as({ kind: 'guest', guestId: newId('Guest') })(mutation, variables)).errors?.[0]?.extensions.code,
      ).toBe('UNAUTHENTICATED');
      expect((await world.as(SUPPORT)(mutation, variables)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    expect(await bookOf(ada)).toEqual(before);
    // The database holds it too.
    await expect(
      world.db.pool.query('UPDATE customers SET default_shipping_address_id = $2 WHERE id = $1', [bob.id, id]),
    ).rejects.toThrow('belongs to another customer');
  });
});
