import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { ADMIN, newCustomer, ORDERS, openWorld, register, SUPPORT, tokenMailedTo, type World } from './world.ts';

const ADDRESS = { name: 'Ada', line1: 'Lane 1', city: 'Berlin', countryCode: 'DE' };
const ADD_ADDRESS = 'mutation ($input: AddAddressInput!) { addAddress(input: $input) { __typename } }';
const CREATE_GROUP = `mutation ($input: CreateCustomerGroupInput!) { createCustomerGroup(input: $input) { __typename
  ... on CreateCustomerGroupSuccess { group { id code name } } ... on UserError { message } } }`;
const CREATE_SEGMENT = `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { __typename
  ... on CreateSegmentSuccess { segment { id name rule { consentTo countryCode createdFrom } } } ... on UserError { message } } }`;
const MEMBERS = `mutation ($input: ChangeGroupMembersInput!) { changeGroupMembers(input: $input) { __typename
  ... on ChangeGroupMembersSuccess { added removed group { customers { nodes { email } } } } ... on UserError { message } } }`;
const createGroup = async (world: World, code: string) =>
  (await world.as(SUPPORT)(CREATE_GROUP, { input: { code, name: code } })).data.createCustomerGroup;

describe('consent', () => {
  it('keeps every decision, with where and when it was made, and adds nothing for a repeated one', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['EMAIL', 'EMAIL'] });
    const SET = `mutation ($input: SetConsentInput!) { setConsent(input: $input) { __typename
      ... on SetConsentSuccess { customer { consents { topic granted source } } } } }`;
    const decide = (granted: boolean, source?: string) =>
      ada.ask(SET, { input: { topic: 'SMS', granted, ...(source && { source }) } });
    await Promise.all(Array.from({ length: 5 }, () => decide(true, 'checkout')));
    const { data } = await decide(false);
    expect(data.setConsent.customer.consents).toEqual([
      { topic: 'EMAIL', granted: true, source: 'registration' },
      { topic: 'SMS', granted: false, source: 'account' },
      { topic: 'MARKETING', granted: false, source: null },
    ]);
    const history = await ada.ask(
      '{ me { consentHistory(first: 2) { nodes { topic granted source decidedAt } pageInfo { hasNextPage } } } }',
    );
    expect(history.data.me.consentHistory).toMatchObject({
      nodes: [
        { topic: 'SMS', granted: false, source: 'account' },
        { topic: 'SMS', granted: true, source: 'checkout' },
      ],
      pageInfo: { hasNextPage: true },
    });
    for (const change of [
      'UPDATE consent_records SET granted = true',
      'DELETE FROM consent_records',
      'TRUNCATE consent_records',
    ])
      await expect(world.db.pool.query(change)).rejects.toThrow('append-only');
    expect((await decide(true, ' ')).data.setConsent.__typename).toBe('InvalidInput');
  });
});

describe('groups', () => {
  it('take customers in and out, and are known to the checkout by their codes', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const bob = await newCustomer(world, 'bob@example.com');
    const group = (await createGroup(world, 'WHOLESALE')).group;
    const change = async (input: object) =>
      (await world.as(SUPPORT)(MEMBERS, { input: { groupId: group.id, ...input } })).data.changeGroupMembers;
    const entered = await change({ add: [ada.id, bob.id, newId('Customer'), 'nonsense'] });
    expect(entered).toMatchObject({
      added: 2,
      removed: 0,
      group: { customers: { nodes: [{ email: 'bob@example.com' }, { email: 'ada@example.com' }] } },
    });
    expect(await change({ add: [ada.id], remove: [bob.id] })).toMatchObject({ added: 0, removed: 1 });
    expect((await ada.ask('{ me { groups { code name } } }')).data.me.groups).toEqual([
      { code: 'WHOLESALE', name: 'WHOLESALE' },
    ]);
    const { data } = await world.as(ORDERS)(
      'query ($a: ID!, $b: ID!) { a: checkoutCustomer(customerId: $a) { email groups taxExempt } b: checkoutCustomer(customerId: $b) { groups } }',
      { a: ada.id, b: bob.id },
    );
    expect(data).toEqual({
      a: { email: 'ada@example.com', groups: ['WHOLESALE'], taxExempt: false },
      b: { groups: [] },
    });
    const many = Array.from({ length: 101 }, () => newId('Customer'));
    expect((await change({ add: many })).__typename).toBe('InvalidInput');
    expect(
      (await world.as(SUPPORT)(MEMBERS, { input: { groupId: newId('CustomerGroup'), add: [ada.id] } })).data
        .changeGroupMembers.__typename,
    ).toBe('NotFound');
  });

  it('have a code of their own, and number a hundred at most', async () => {
    await using world = await openWorld();
    const answers = await Promise.all(Array.from({ length: 5 }, () => createGroup(world, 'VIP')));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(4).fill('CodeTaken'),
      'CreateCustomerGroupSuccess',
    ]);
    expect((await createGroup(world, 'vip')).__typename).toBe('InvalidInput');
    for (let i = 0; i < 97; i += 1) await createGroup(world, `G${i}`);
    const late = await Promise.all(Array.from({ length: 5 }, (_, i) => createGroup(world, `LATE${i}`)));
    expect(late.filter(({ __typename }) => __typename === 'CreateCustomerGroupSuccess')).toHaveLength(2);
    expect(late.filter(({ __typename }) => __typename === 'LimitReached')).toHaveLength(3);
  });
});

describe('segments', () => {
  it('have as members whoever fits all conditions now', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['EMAIL'] });
    const bob = await newCustomer(world, 'bob@example.com');
    await ada.ask(ADD_ADDRESS, { input: { address: ADDRESS } });
    await bob.ask(ADD_ADDRESS, { input: { address: ADDRESS } });
    const staff = world.as(SUPPORT);
    const create = async (name: string, rule: object) =>
      (await staff(CREATE_SEGMENT, { input: { name, rule } })).data.createSegment;
    const german = await create('Germans', { countryCode: 'DE' });
    const readers = await create('German readers', { countryCode: 'DE', consentTo: 'EMAIL' });
    const later = await create('Later', { createdFrom: new Date(Date.now() + 1000).toISOString() });
    expect(readers.segment.rule).toEqual({ consentTo: 'EMAIL', countryCode: 'DE', createdFrom: null });
    const members = async (id: string) =>
      (
        await staff('query ($id: ID!) { segment(id: $id) { customers { nodes { email } } } }', { id })
      ).data.segment.customers.nodes.map(({ email }: { email: string }) => email);
    expect(await members(german.segment.id)).toEqual(['bob@example.com', 'ada@example.com']);
    expect(await members(readers.segment.id)).toEqual(['ada@example.com']);
    expect(await members(later.segment.id)).toEqual([]);
    const { data } = await staff('{ customers { nodes { email segments { name } } } }');
    expect(data.customers.nodes).toEqual([
      { email: 'bob@example.com', segments: [{ name: 'Germans' }] },
      { email: 'ada@example.com', segments: [{ name: 'German readers' }, { name: 'Germans' }] },
    ]);
    expect((await create('Nobody', {})).__typename).toBe('InvalidInput');
    const now = new Date().toISOString();
    expect((await create('Nobody', { createdFrom: now, createdBefore: now })).message).toContain('earlier');
    const DELETE = 'mutation ($id: ID!) { deleteSegment(id: $id) { __typename } }';
    expect((await staff(DELETE, { id: german.segment.id })).data.deleteSegment.__typename).toBe('DeleteSegmentSuccess');
    expect((await staff(DELETE, { id: german.segment.id })).data.deleteSegment.__typename).toBe('NotFound');
  });
});

describe('staff', () => {
  const INVITE = `mutation ($input: InviteStaffInput!) { inviteStaff(input: $input) { __typename ... on InviteStaffSuccess { staff { id roles } } } }`;
  const ASSIGN = `mutation ($input: AssignRolesInput!) { assignRoles(input: $input) { __typename ... on AssignRolesSuccess { staff { roles } } } }`;
  const ACCEPT =
    'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename ... on ResetPasswordSuccess { session { refreshToken } } } }';
  const SIGN_IN =
    'mutation ($input: SignInInput!) { signInStaff(input: $input) { __typename ... on SignInStaffSuccess { staff { roles } session { accessToken refreshToken } } } }';
  const REFRESH =
    'mutation ($t: String!) { refreshSession(refreshToken: $t) { __typename ... on RefreshSessionSuccess { session { accessToken refreshToken } } } }';
  const invite = async (world: World, email: string, roles: string[]) =>
    (await world.as(ADMIN)(INVITE, { input: { email, name: 'Grace', roles } })).data.inviteStaff;

  it('are invited by mail, choose a password, and have the roles of the moment in each new token', async () => {
    await using world = await openWorld();
    await invite(world, 'root@example.com', ['ADMIN']);
    const invited = await invite(world, 'Grace@example.com', ['SUPPORT', 'SUPPORT']);
    expect(invited.staff.roles).toEqual(['SUPPORT']);
    expect((await invite(world, 'grace@example.com', ['ADMIN'])).__typename).toBe('EmailTaken');
    expect((await invite(world, 'none@example.com', [])).__typename).toBe('InvalidInput');
    const input = { email: 'grace@example.com', password: 'grace and a password' };
    expect((await world.as()(SIGN_IN, { input })).data.signInStaff.__typename).toBe('InvalidCredentials');
    const token = await tokenMailedTo(world, 'grace@example.com', 'accept-invitation');
    await world.as()(ACCEPT, { input: { token, newPassword: input.password } });
    const signedIn = (await world.as()(SIGN_IN, { input })).data.signInStaff;
    expect(signedIn.staff.roles).toEqual(['SUPPORT']);

    const rolesOf = (accessToken: string) =>
      JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).roles;
    expect(rolesOf(signedIn.session.accessToken)).toEqual(['SUPPORT']);
    const assign = async (staffId: string, roles: string[]) =>
      (await world.as(ADMIN)(ASSIGN, { input: { staffId, roles } })).data.assignRoles;
    expect((await assign(invited.staff.id, ['FINANCE'])).staff.roles).toEqual(['FINANCE']);
    const refreshed = (await world.as()(REFRESH, { t: signedIn.session.refreshToken })).data.refreshSession;
    expect(rolesOf(refreshed.session.accessToken)).toEqual(['FINANCE']);
    await assign(invited.staff.id, []);
    expect((await world.as()(REFRESH, { t: refreshed.session.refreshToken })).data.refreshSession.__typename).toBe(
      'SessionEnded',
    );
    expect((await world.as()(SIGN_IN, { input })).data.signInStaff.__typename).toBe('InvalidCredentials');
    expect((await assign(newId('Staff'), ['ADMIN'])).__typename).toBe('NotFound');
    const me = await world.as({ kind: 'staff', staffId: invited.staff.id, roles: [] })('{ staffMe { email } }');
    expect(me.data.staffMe).toEqual({ email: 'grace@example.com' });
  });

  it('never lose the last administrator, also when two give up at once', async () => {
    await using world = await openWorld();
    const one = (await invite(world, 'one@example.com', ['ADMIN'])).staff.id;
    const two = (await invite(world, 'two@example.com', ['ADMIN'])).staff.id;
    const answers = await Promise.all(
      [one, two].map((staffId) => world.as(ADMIN)(ASSIGN, { input: { staffId, roles: ['SUPPORT'] } })),
    );
    expect(answers.map(({ data }) => data.assignRoles.__typename).sort()).toEqual([
      'AssignRolesSuccess',
      'LastAdministrator',
    ]);
    const { data } = await world.as(ADMIN)('{ staff { nodes { roles } } }');
    expect(data.staff.nodes.filter(({ roles }: { roles: string[] }) => roles.includes('ADMIN'))).toHaveLength(1);
  });

  it('with the role SUPPORT change what a customer may not: the tax exemption', async () => {
    await using world = await openWorld();
    const { customer: ada } = await register(world, 'ada@example.com');
    const UPDATE =
      'mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename ... on UpdateCustomerSuccess { customer { taxExempt name } } } }';
    const { data } = await world.as(SUPPORT)(UPDATE, { input: { id: ada.id, taxExempt: true } });
    expect(data.updateCustomer.customer).toEqual({ taxExempt: true, name: null });
    expect(
      (await world.as(SUPPORT)(UPDATE, { input: { id: 'nonsense', name: 'X' } })).data.updateCustomer.__typename,
    ).toBe('NotFound');
  });
});
