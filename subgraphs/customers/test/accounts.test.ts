import { createTokenVerifier } from '@cartograph/runtime/access-token';
import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import {
  customer,
  ISSUER,
  newCustomer,
  openWorld,
  PASSWORD,
  register,
  SUPPORT,
  signIn,
  tokenMailedTo,
  until,
  type World,
} from './world.ts';

const verifierOf = async (world: World) => {
  const response = await fetch(new URL('/.well-known/jwks.json', world.url));
  const keySet = (await response.json()) as { keys: { d?: string }[] };
  return { keySet, verify: createTokenVerifier([{ issuer: ISSUER, keySet: keySet as never }]) };
};

describe('guests', () => {
  it('get an identity that costs no row, and keep it when the session is lengthened', async () => {
    await using world = await openWorld();
    const START = 'mutation { startGuestSession { guestId accessToken accessTokenExpiresAt } }';
    world.db.statements.record(true);
    const { data } = await world.as()(START);
    expect(world.db.statements.texts.filter((sql) => /guest/i.test(sql))).toEqual([]);
    const { guestId, accessToken } = data.startGuestSession;
    expect(guestId).toMatch(/^Guest:[0-9A-HJKMNP-TV-Z]{26}$/);
    const { verify } = await verifierOf(world);
    expect(await verify(`Bearer ${accessToken}`)).toEqual({ kind: 'guest', guestId });
    const again = await world.as({ kind: 'guest', guestId })(START);
    expect(again.data.startGuestSession.guestId).toBe(guestId);
  });

  it('stay with the customer they become, through register, sign-in and every refresh', async () => {
    await using world = await openWorld();
    const guestId = newId('Guest');
    const { verify } = await verifierOf(world);
    const made = await register(world, 'ada@example.com', {}, { kind: 'guest', guestId });
    const viewer = { kind: 'customer', customerId: made.customer.id, guestId };
    expect(await verify(`Bearer ${made.session.accessToken}`)).toEqual(viewer);

    const other = newId('Guest');
    const { data } = await signIn(world, 'ada@example.com', PASSWORD, { kind: 'guest', guestId: other });
    const refreshed = await world.as()(
      'mutation ($t: String!) { refreshSession(refreshToken: $t) { ... on RefreshSessionSuccess { session { accessToken } } } }',
      { t: data.signIn.session.refreshToken },
    );
    const token = refreshed.data.refreshSession.session.accessToken;
    expect(await verify(`Bearer ${token}`)).toEqual({ ...viewer, guestId: other });
  });
});

describe('registering', () => {
  it('opens an account whose token our public keys verify, and never shows the private half', async () => {
    await using world = await openWorld();
    const made = await register(world, '  Ada@Example.COM ');
    expect(made).toMatchObject({ __typename: 'RegisterSuccess', customer: { email: 'ada@example.com' } });
    const { keySet, verify } = await verifierOf(world);
    expect(keySet.keys.map(({ d }) => d)).toEqual([undefined]);
    const viewer = await verify(`Bearer ${made.session.accessToken}`);
    expect(viewer).toEqual(customer(made.customer.id));
    const { data } = await world.as(viewer)('{ me { email locale taxExempt emailVerifiedAt } }');
    expect(data.me).toEqual({ email: 'ada@example.com', locale: 'en', taxExempt: false, emailVerifiedAt: null });
  });

  it('lets one of ten at once have an address, and leaves nothing of the others', async () => {
    await using world = await openWorld();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => register(world, i % 2 ? 'ada@example.com' : 'ADA@example.com')),
    );
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(9).fill('EmailTaken'),
      'RegisterSuccess',
    ]);
    const { rows } = await world.db.pool.query(
      `SELECT (SELECT count(*) FROM customers) AS customers, (SELECT count(*) FROM credentials) AS credentials,
         (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM notifications) AS notifications`,
    );
    expect(rows[0]).toEqual({ customers: 1, credentials: 1, sessions: 1, notifications: 1 });
  });

  it('names everything that is wrong with the input at once', async () => {
    await using world = await openWorld();
    const refused = await register(world, 'not an address', {
      password: 'short',
      locale: 'klingon!',
      phone: 'call me',
    });
    expect(refused.__typename).toBe('InvalidInput');
    expect(refused.issues.map(({ path }) => path[0])).toEqual(['email', 'password', 'phone', 'locale']);
    expect((await register(world, 'ada@example.com', { password: 'ada@example.com' })).issues[0]?.path).toEqual([
      'password',
    ]);
  });

  it('keeps no password that can be read, and each hash says how it was made', async () => {
    await using world = await openWorld();
    await register(world, 'ada@example.com');
    await register(world, 'bob@example.com');
    const { rows } = await world.db.pool.query('SELECT password_hash AS hash FROM credentials');
    expect(rows[0].hash).toMatch(/^\$scrypt\$ln=8,r=8,p=1\$/);
    // Same password, other salt.
    expect(rows[0].hash).not.toBe(rows[1].hash);
    const dump = await world.db.pool.query(
      'SELECT c::text, k::text, s::text, t::text FROM customers c, credentials k, sessions s, refresh_tokens t',
    );
    expect(JSON.stringify(dump.rows)).not.toContain(PASSWORD);
  });

  it('mails a link that verifies the address, which a mail scanner may follow first', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { name: 'Ada', locale: 'de' });
    const token = await tokenMailedTo(world, 'ada@example.com', 'verify-email');
    expect(world.mails[0]?.subject).toContain('Bitte bestätigen');
    const VERIFY =
      'mutation ($token: String!) { verifyEmail(token: $token) { __typename ... on VerifyEmailSuccess { email } } }';
    for (let i = 0; i < 2; i += 1) {
      const { data } = await world.as()(VERIFY, { token });
      expect(data.verifyEmail).toEqual({ __typename: 'VerifyEmailSuccess', email: 'ada@example.com' });
    }
    expect((await ada.ask('{ me { emailVerifiedAt } }')).data.me.emailVerifiedAt).toBeTruthy();
    expect((await ada.ask('mutation { requestEmailVerification }')).data.requestEmailVerification).toBe(false);
    await until('one welcome', () => world.mails.find(({ subject }) => subject.startsWith('Willkommen')));
    expect(world.mails.filter(({ subject }) => subject.startsWith('Willkommen'))).toHaveLength(1);
    const forged = `${token.slice(0, -2)}AA`;
    expect((await world.as()(VERIFY, { token: forged })).data.verifyEmail.__typename).toBe('InvalidToken');
    world.pass(49 * 3600);
    expect((await world.as()(VERIFY, { token })).data.verifyEmail.__typename).toBe('InvalidToken');
  });
});

describe('a profile', () => {
  it('changes what is named, keeps what is left out and is found by its new words', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { name: 'Ada', phone: '+49 170 1234567' });
    const UPDATE = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename
      ... on UpdateProfileSuccess { customer { name phone locale } } ... on InvalidInput { issues { path } } } }`;
    const changed = await ada.ask(UPDATE, { input: { name: 'Zoë Müller', locale: 'de-at' } });
    expect(changed.data.updateProfile.customer).toEqual({
      name: 'Zoë Müller',
      phone: '+49 170 1234567',
      locale: 'de-AT',
    });
    const emptied = await ada.ask(UPDATE, { input: { phone: null } });
    expect(emptied.data.updateProfile.customer).toMatchObject({ name: 'Zoë Müller', phone: null });
    const refused = await ada.ask(UPDATE, { input: { name: 'x'.repeat(201) } });
    expect(refused.data.updateProfile).toEqual({ __typename: 'InvalidInput', issues: [{ path: ['name'] }] });
    const found = async (query: string) =>
      (await world.as(SUPPORT)('query ($query: String) { customers(query: $query) { nodes { id } } }', { query })).data
        .customers.nodes;
    expect(await found('muller ZOE')).toEqual([{ id: ada.id }]);
    expect(await found('100%_')).toEqual([]);
    expect(await found('ada@exam')).toEqual([{ id: ada.id }]);
    expect(await found('1234567')).toEqual([]);
  });
});
