import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { customer, newCustomer, ORDERS, openWorld, SUPPORT } from './world.ts';

const ENTITIES = `query ($keys: [_Any!]!) { _entities(representations: $keys) {
  ... on Customer { id email addresses { nodes { id } } notes: consentHistory { nodes { source } } defaultShippingAddress { id } }
  ... on Address { id postalAddress { line1 } }
  ... on CustomerGroup { id code }
  ... on Segment { id name } } }`;
const ADDRESS = { name: 'Ada', line1: 'Secret Lane 1', city: 'Berlin', countryCode: 'DE' };

describe("another customer's data", () => {
  it('reads as absent by every route: key, nested, list and search', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['EMAIL'] });
    const bob = await newCustomer(world, 'bob@example.com');
    const { data: added } = await ada.ask(
      'mutation ($input: AddAddressInput!) { addAddress(input: $input) { ... on AddAddressSuccess { address { id } } } }',
      { input: { address: ADDRESS } },
    );
    const addressId = added.addAddress.address.id;
    const staff = world.as(SUPPORT);
    const group = (
      await staff(
        'mutation { createCustomerGroup(input: { code: "VIP", name: "VIP" }) { ... on CreateCustomerGroupSuccess { group { id } } } }',
      )
    ).data.createCustomerGroup.group.id;
    const segment = (
      await staff(
        'mutation { createSegment(input: { name: "Germans", rule: { countryCode: "DE" } }) { ... on CreateSegmentSuccess { segment { id } } } }',
      )
    ).data.createSegment.segment.id;
    await staff('mutation ($input: ChangeGroupMembersInput!) { changeGroupMembers(input: $input) { __typename } }', {
      input: { groupId: group, add: [ada.id] },
    });

    const keys = [
      { __typename: 'Customer', id: ada.id },
      { __typename: 'Address', id: addressId },
      { __typename: 'CustomerGroup', id: group },
      { __typename: 'Segment', id: segment },
      { __typename: 'Customer', id: newId('Customer') },
      { __typename: 'Customer', id: "' OR 1=1" },
      { __typename: 'Address', id: ada.id },
    ];
    const strangers: (Viewer | undefined)[] = [
      undefined,
      { kind: 'guest', guestId: newId('Guest') },
      // A guest whose id is the customer's is still no customer.
      { kind: 'guest', guestId: ada.id },
      customer(bob.id),
      { kind: 'customer', customerId: bob.id, guestId: ada.id },
    ];
    for (const stranger of strangers) {
      const { data, errors } = await world.as(stranger)(ENTITIES, { keys });
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual(keys.map(() => null));
    }
    const mine = await ada.ask(ENTITIES, { keys });
    expect(mine.data._entities).toEqual([
      {
        id: ada.id,
        email: 'ada@example.com',
        addresses: { nodes: [{ id: addressId }] },
        notes: { nodes: [{ source: 'registration' }] },
        defaultShippingAddress: { id: addressId },
      },
      { id: addressId, postalAddress: { line1: 'Secret Lane 1' } },
      { id: group, code: 'VIP' },
      null,
      null,
      null,
      null,
    ]);
    for (const one of [SUPPORT, ORDERS]) {
      const { data } = await world.as(one)(ENTITIES, { keys });
      expect(data._entities.map((entity: { id: string } | null) => entity?.id)).toEqual([
        ada.id,
        addressId,
        group,
        segment,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it('is refused at each root field that is for staff or neighbours', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const bob = await newCustomer(world, 'bob@example.com');
    const id = ada.id;
    const roots: [string, object][] = [
      ['query ($id: ID!) { customer(id: $id) { email } }', { id }],
      ['{ customers { nodes { email } } }', {}],
      ['query ($id: ID!) { checkoutCustomer(customerId: $id) { email } }', { id }],
      ['{ customerGroups { nodes { id } } }', {}],
      ['{ segments { nodes { id } } }', {}],
      ['{ staff { nodes { id } } }', {}],
      [
        'mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename } }',
        { input: { id, taxExempt: true } },
      ],
      [
        'mutation ($input: InviteStaffInput!) { inviteStaff(input: $input) { __typename } }',
        { input: { email: 'x@example.com', name: 'X', roles: ['ADMIN'] } },
      ],
      [
        'mutation ($input: AssignRolesInput!) { assignRoles(input: $input) { __typename } }',
        { input: { staffId: id, roles: ['ADMIN'] } },
      ],
      [
        'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }',
        { input: { key: 'k', template: 'welcome', to: 'x@example.com', data: '{}' } },
      ],
      [
        'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { __typename } }',
        { input: { name: 'X', rule: { countryCode: 'DE' } } },
      ],
    ];
    for (const [query, variables] of roots) {
      const { data, errors } = await bob.ask(query, variables);
      expect(errors?.[0]?.extensions.code, query).toBe('FORBIDDEN');
      expect(
        Object.values(data ?? {}).filter((value) => value !== null),
        query,
      ).toEqual([]);
      expect((await world.as()(query, variables)).errors?.[0]?.extensions.code, query).toBe('UNAUTHENTICATED');
    }
    // Staff without the role, and a service in the place of staff.
    const clerk = world.as({ kind: 'staff', staffId: newId('Staff'), roles: ['CATALOGUE'] });
    expect((await clerk('{ customers { nodes { email } } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await world.as(SUPPORT)('{ staff { nodes { id } } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await world.as(ORDERS)('{ customers { nodes { email } } }')).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('is not in the list of messages, nor is a segment told to its members', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const bob = await newCustomer(world, 'bob@example.com');
    const NOTES = 'query ($id: ID) { notifications(customerId: $id) { nodes { recipient } } }';
    expect((await bob.ask(NOTES, { id: ada.id })).data.notifications.nodes).toEqual([]);
    expect((await bob.ask(NOTES)).data.notifications.nodes).toEqual([{ recipient: 'bob@example.com' }]);
    expect((await world.as(SUPPORT)(NOTES, { id: ada.id })).data.notifications.nodes).toEqual([
      { recipient: 'ada@example.com' },
    ]);
    expect((await world.as(SUPPORT)(NOTES)).data.notifications.nodes).toHaveLength(2);
    expect((await world.as()(NOTES)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const { data, errors } = await ada.ask('{ me { email segments { name } } }');
    expect(data.me).toEqual({ email: 'ada@example.com', segments: null });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is given to no caller without a signed envelope', async () => {
    await using world = await openWorld();
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
      body: JSON.stringify({ query: '{ customers { nodes { email } } }' }),
    });
    expect(response.status).toBe(401);
  });
});
