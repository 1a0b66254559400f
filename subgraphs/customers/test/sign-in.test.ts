import { describe, expect, it } from 'vitest';
import { createScryptPasswords } from '../src/adapters/scrypt-passwords.ts';
import { CHEAP, newCustomer, openWorld, PASSWORD, signIn } from './world.ts';

describe('signing in', () => {
  it('answers a wrong password and an unknown address alike, and does the same work for both', async () => {
    const passwords = createScryptPasswords(CHEAP);
    let hashed = 0;
    const counting = {
      ...passwords,
      verify: (p: string, h: string | null) => {
        hashed += 1;
        return passwords.verify(p, h);
      },
    };
    await using world = await openWorld({ passwords: counting });
    await newCustomer(world, 'ada@example.com');
    const wrong = await signIn(world, 'ada@example.com', 'not the password');
    const unknown = await signIn(world, 'nobody@example.com', 'not the password');
    const malformed = await signIn(world, 'no address', 'not the password');
    expect(wrong.data.signIn.__typename).toBe('InvalidCredentials');
    expect(unknown).toEqual(wrong);
    expect(malformed).toEqual(wrong);
    expect(hashed).toBe(3);
    expect((await signIn(world, ' ADA@example.com', PASSWORD)).data.signIn.__typename).toBe('SignInSuccess');
  });

  it('takes ten attempts a quarter of an hour for one address, known or not, however many come at once', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    await newCustomer(world, 'bob@example.com');
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => signIn(world, email, 'guess')));
      const codes = answers.map(({ data, errors }) => data?.signIn?.__typename ?? errors?.[0]?.extensions.code);
      expect(codes.filter((code) => code === 'InvalidCredentials')).toHaveLength(10);
      expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20);
    }
    const locked = await signIn(world, 'ada@example.com', PASSWORD);
    expect(locked.errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    expect((await signIn(world, 'bob@example.com', PASSWORD)).data.signIn.__typename).toBe('SignInSuccess');
    world.pass(901);
    expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('SignInSuccess');
  });

  it('forgets the failures before a success', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 9; i += 1) await signIn(world, 'ada@example.com', 'guess');
      expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('SignInSuccess');
    }
  });

  it('hashes anew when the cost has grown since', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const old = await createScryptPasswords({ ln: 7, r: 8, p: 2 }).hash(PASSWORD);
    await world.db.pool.query('UPDATE credentials SET password_hash = $2 WHERE account_id = $1', [ada.id, old]);
    expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('SignInSuccess');
    const { rows } = await world.db.pool.query('SELECT password_hash AS hash FROM credentials');
    expect(rows[0].hash).toMatch(/^\$scrypt\$ln=8,r=8,p=1\$/);
    expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('SignInSuccess');
  });

  it('shows whoever signed in their own data in the answer, and nobody the data of another', async () => {
    await using world = await openWorld();
    for (const name of ['ada', 'bob']) {
      const one = await newCustomer(world, `${name}@example.com`);
      const address = { name, line1: `${name} lane`, city: 'Berlin', countryCode: 'DE' };
      await one.ask('mutation ($input: AddAddressInput!) { addAddress(input: $input) { __typename } }', {
        input: { address },
      });
    }
    const { data, errors } = await world.as()(
      `fragment Book on SignInSuccess { customer { addresses { nodes { postalAddress { line1 } } } defaultBillingAddress { id } } }
       mutation ($ada: SignInInput!, $bob: SignInInput!, $wrong: SignInInput!) {
         ada: signIn(input: $ada) { ...Book } bob: signIn(input: $bob) { ...Book } wrong: signIn(input: $wrong) { __typename } }`,
      {
        ada: { email: 'ada@example.com', password: PASSWORD },
        bob: { email: 'bob@example.com', password: PASSWORD },
        wrong: { email: 'ada@example.com', password: 'wrong' },
      },
    );
    expect(errors).toBeUndefined();
    for (const name of ['ada', 'bob']) {
      expect(data[name].customer.addresses.nodes).toEqual([{ postalAddress: { line1: `${name} lane` } }]);
      expect(data[name].customer.defaultBillingAddress).not.toBeNull();
    }
    // Signing in lends no identity to the rest of the request.
    const next = await world.as()(
      `mutation ($ada: SignInInput!) { signIn(input: $ada) { __typename } signOutEverywhere }`,
      { ada: { email: 'ada@example.com', password: PASSWORD } },
    );
    expect(next.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('does not let a customer in as staff, nor staff as a customer', async () => {
    await using world = await openWorld();
    await newCustomer(world, 'ada@example.com');
    const { data } = await world.as()('mutation ($input: SignInInput!) { signInStaff(input: $input) { __typename } }', {
      input: { email: 'ada@example.com', password: PASSWORD },
    });
    expect(data.signInStaff.__typename).toBe('InvalidCredentials');
  });
});
