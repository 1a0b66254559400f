import { describe, expect, it } from 'vitest';
import {
  customer,
  newCustomer,
  openWorld,
  PASSWORD,
  SESSION,
  signIn,
  tokenMailedTo,
  until,
  type World,
} from './world.ts';

const NEW = 'a much better password';
const RESET = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) {
  __typename ... on ResetPasswordSuccess { session { ${SESSION} } } ... on UserError { message } } }`;
const reset = async (world: World, token: string, newPassword = NEW) =>
  (await world.as()(RESET, { input: { token, newPassword } })).data.resetPassword;
const request = (world: World, email: string) =>
  world.as()('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
const REFRESH = 'mutation ($t: String!) { refreshSession(refreshToken: $t) { __typename } }';

describe('changing a password', () => {
  it('wants the old one, ends all sessions and begins a new one', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const CHANGE = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename
      ... on ChangePasswordSuccess { session { ${SESSION} } } } }`;
    const change = async (currentPassword: string, newPassword: string) =>
      (await ada.ask(CHANGE, { input: { currentPassword, newPassword } })).data.changePassword;
    expect((await change('wrong', NEW)).__typename).toBe('InvalidCredentials');
    expect((await change(PASSWORD, 'short')).__typename).toBe('InvalidInput');
    const changed = await change(PASSWORD, NEW);
    const refresh = async (t: string) => (await world.as()(REFRESH, { t })).data.refreshSession.__typename;
    expect(await refresh(ada.session.refreshToken)).toBe('SessionEnded');
    expect(await refresh(changed.session.refreshToken)).toBe('RefreshSessionSuccess');
    expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('InvalidCredentials');
    expect((await signIn(world, 'ada@example.com', NEW)).data.signIn.__typename).toBe('SignInSuccess');
  });

  it('succeeds once when it is asked for many times at once', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const CHANGE = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }';
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        ada.ask(CHANGE, { input: { currentPassword: PASSWORD, newPassword: `${NEW} ${i}` } }),
      ),
    );
    const won = answers.filter(({ data }) => data.changePassword.__typename === 'ChangePasswordSuccess');
    expect(won).toHaveLength(1);
    const { rows } = await world.db.pool.query('SELECT FROM sessions WHERE ended_at IS NULL');
    expect(rows).toHaveLength(1);
  });
});

describe('a forgotten password', () => {
  it('is set by a mailed link, once, and ends all sessions', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { name: 'Ada' });
    expect((await request(world, 'ADA@example.com')).data.requestPasswordReset).toBe(true);
    const token = await tokenMailedTo(world, 'ada@example.com', 'reset-password');
    expect((await reset(world, token, 'short')).__typename).toBe('InvalidInput');
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(world, token)));
    expect(answers.filter(({ __typename }) => __typename === 'ResetPasswordSuccess')).toHaveLength(1);
    expect((await reset(world, token)).__typename).toBe('InvalidToken');
    const t = ada.session.refreshToken;
    expect((await world.as()(REFRESH, { t })).data.refreshSession.__typename).toBe('SessionEnded');
    expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('InvalidCredentials');
    expect((await signIn(world, 'ada@example.com', NEW)).data.signIn.__typename).toBe('SignInSuccess');
    // Whoever reads the mail has the address.
    expect((await ada.ask('{ me { emailVerifiedAt } }')).data.me.emailVerifiedAt).toBeTruthy();
  });

  it('gets the same answer for an address without an account, which is sent nothing', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    expect((await request(world, 'nobody@example.com')).data).toEqual((await request(world, 'ada@example.com')).data);
    await tokenMailedTo(world, 'ada@example.com', 'reset-password');
    await until('an empty outbox', async () => (await world.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect(world.mails.filter(({ to }) => to === 'nobody@example.com')).toEqual([]);
    const malformed = await request(world, 'nobody');
    expect(malformed.errors?.[0]).toMatchObject({
      message: expect.stringContaining('"email"'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('opens nothing with a forged, an old or an earlier link, nor with a link for something else', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    const verification = await tokenMailedTo(world, 'ada@example.com', 'verify-email');
    expect((await reset(world, verification)).__typename).toBe('InvalidToken');
    await request(world, 'ada@example.com');
    const first = await tokenMailedTo(world, 'ada@example.com', 'reset-password');
    const [id] = first.split('.');
    for (const forged of [
      '',
      'nonsense',
      `${id}.`,
      `${id}.${'A'.repeat(43)}`,
      Buffer.from(`${id}`, 'base64url').toString(),
    ])
      expect((await reset(world, forged)).__typename).toBe('InvalidToken');
    await request(world, 'ada@example.com');
    await until('a second mail', () => world.mails.filter(({ text }) => text.includes('reset-password')).length === 2);
    const second = await tokenMailedTo(world, 'ada@example.com', 'reset-password');
    expect((await reset(world, second)).__typename).toBe('ResetPasswordSuccess');
    expect((await reset(world, first)).__typename).toBe('InvalidToken');
    await request(world, 'ada@example.com');
    await until('a third mail', () => world.mails.filter(({ text }) => text.includes('reset-password')).length === 3);
    const third = await tokenMailedTo(world, 'ada@example.com', 'reset-password');
    world.pass(3601);
    expect((await reset(world, third)).__typename).toBe('InvalidToken');
  });

  it('mails three links an hour at most, and says no more about it', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    const answers = await Promise.all(Array.from({ length: 8 }, () => request(world, 'ada@example.com')));
    expect(answers.map(({ data }) => data.requestPasswordReset)).toEqual(Array(8).fill(true));
    const mailed = () => world.mails.filter(({ text }) => text.includes('reset-password')).length;
    await until('three mails', () => mailed() === 3);
    await until('an empty outbox', async () => (await world.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect(mailed()).toBe(3);
  });

  it('lets somebody in again who was locked out by too many attempts', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    for (let i = 0; i < 11; i += 1) await signIn(world, 'ada@example.com', 'guess');
    await request(world, 'ada@example.com');
    await reset(world, await tokenMailedTo(world, 'ada@example.com', 'reset-password'));
    expect((await signIn(world, 'ada@example.com', NEW)).data.signIn.__typename).toBe('SignInSuccess');
  });

  it('stores nothing that opens an account: neither in the queue nor in the mail that waits', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    await request(world, 'ada@example.com');
    const token = await tokenMailedTo(world, 'ada@example.com', 'reset-password');
    const secret = token.split('.')[1] ?? '';
    expect(secret).toHaveLength(43);
    const { rows } = await world.db.pool.query('SELECT n::text, t::text FROM notifications n, one_time_tokens t');
    expect(JSON.stringify(rows)).not.toContain(secret);
    const { data } = await world.as(customer(ada.id))(
      '{ notifications { nodes { subject recipient template status } } }',
    );
    expect(JSON.stringify(data)).not.toContain(secret);
  });
});
