import { describe, expect, it } from 'vitest';
import { newCustomer, openWorld, PASSWORD, signIn, type World } from './world.ts';

const REFRESH = `mutation ($t: String!) { refreshSession(refreshToken: $t) {
  __typename ... on RefreshSessionSuccess { session { accessToken refreshToken } } ... on UserError { message } } }`;
const refresh = async (world: World, t: string) => (await world.as()(REFRESH, { t })).data.refreshSession;

describe('a session', () => {
  it('goes on with a new refresh token each time', async () => {
    await using world = await openWorld();
    const { session } = await newCustomer(world, 'ada@example.com');
    const second = (await refresh(world, session.refreshToken)).session.refreshToken;
    const third = (await refresh(world, second)).session.refreshToken;
    expect(new Set([session.refreshToken, second, third]).size).toBe(3);
    const { rows } = await world.db.pool.query('SELECT t::text FROM refresh_tokens t');
    for (const token of [session.refreshToken, second, third]) expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('gives ten exchanges of one token at once the same next token, and goes on', async () => {
    await using world = await openWorld();
    const { session } = await newCustomer(world, 'ada@example.com');
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(world, session.refreshToken)));
    const next = new Set(answers.map((answer) => answer.session.refreshToken));
    expect(next.size).toBe(1);
    expect((await refresh(world, [...next][0] as string)).__typename).toBe('RefreshSessionSuccess');
  });

  it('ends for everybody when an old token comes back', async () => {
    await using world = await openWorld();
    const { session } = await newCustomer(world, 'ada@example.com');
    const stolen = session.refreshToken;
    const next = (await refresh(world, stolen)).session.refreshToken;
    world.pass(11);
    expect((await refresh(world, stolen)).__typename).toBe('SessionEnded');
    expect((await refresh(world, next)).__typename).toBe('SessionEnded');
    const { rows } = await world.db.pool.query('SELECT end_reason AS reason FROM sessions');
    expect(rows).toEqual([{ reason: 'REUSED' }]);
    // Another session of the same account is not touched.
    const other = (await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.session.refreshToken;
    expect((await refresh(world, other)).__typename).toBe('RefreshSessionSuccess');
  });

  it('finds the thief also when both exchange within the time for retries', async () => {
    await using world = await openWorld();
    const { session } = await newCustomer(world, 'ada@example.com');
    const [mine, theirs] = await Promise.all([
      refresh(world, session.refreshToken),
      refresh(world, session.refreshToken),
    ]);
    world.pass(60);
    const third = (await refresh(world, mine.session.refreshToken)).session.refreshToken;
    world.pass(60);
    expect((await refresh(world, theirs.session.refreshToken)).__typename).toBe('SessionEnded');
    expect((await refresh(world, third)).__typename).toBe('SessionEnded');
  });

  it('ends by signing out, by age, and all at once', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const again = async () => (await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.session.refreshToken;
    const OUT = 'mutation ($t: String!) { signOut(refreshToken: $t) }';
    expect((await world.as()(OUT, { t: ada.session.refreshToken })).data.signOut).toBe(true);
    expect((await world.as()(OUT, { t: 'never was one' })).data.signOut).toBe(true);
    expect((await refresh(world, ada.session.refreshToken)).__typename).toBe('SessionEnded');

    const [one, two] = [await again(), await again()];
    expect((await ada.ask('mutation { signOutEverywhere }')).data.signOutEverywhere).toBe(2);
    for (const token of [one, two]) expect((await refresh(world, token)).__typename).toBe('SessionEnded');

    const old = await again();
    world.pass(31 * 86_400);
    expect((await refresh(world, old)).__typename).toBe('SessionEnded');
  });

  it('ends after its longest time, however often it was refreshed', async () => {
    await using world = await openWorld();
    let token = (await newCustomer(world, 'ada@example.com')).session.refreshToken;
    for (let month = 0; month < 6; month += 1) {
      world.pass(29 * 86_400);
      token = (await refresh(world, token)).session.refreshToken;
    }
    world.pass(29 * 86_400);
    expect((await refresh(world, token)).__typename).toBe('SessionEnded');
  });
});
