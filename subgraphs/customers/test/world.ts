import type { Viewer } from '@cartograph/kernel/viewer';
import { createTokenKey, type TokenKeys } from '@cartograph/runtime/access-token';
import { newId } from '@cartograph/runtime/ids';
import { createLogger } from '@cartograph/runtime/logger';
import { type Answer, askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { createSecrets } from '../src/adapters/keyed-secrets.ts';
import { createScryptPasswords } from '../src/adapters/scrypt-passwords.ts';
import { createAccessTokens } from '../src/adapters/signed-access-tokens.ts';
import type { CustomersConfig } from '../src/config.ts';
import type { Operations } from '../src/operations/index.ts';
import type { TextReply } from '../src/operations/text-wishes.ts';
import type { OutgoingMail, OutgoingSms } from '../src/ports/senders.ts';
import type { Ports } from '../src/ports.ts';
import type { Webhook } from '../src/providers.ts';
import { createCustomers, createShop, createStores } from '../src/subgraph.ts';

export const ISSUER = 'https://shop.test';
export const SANDBOX_SECRET = 'sandbox-secret-for-tests-0123456789';
/** Cheap, so that a test hashes in a millisecond. */
export const CHEAP = { ln: 8, r: 8, p: 1 };

export const SUPPORT: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['SUPPORT'] };
export const ADMIN: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['ADMIN'] };
export const ORDERS: Viewer = { kind: 'service', service: 'orders' };
export const customer = (customerId: string): Viewer => ({ kind: 'customer', customerId });

type Ask = <T = any>(query: string, variables?: object) => Promise<Answer<T>>;

export interface World extends AsyncDisposable {
  readonly url: string;
  readonly db: TestDatabase;
  readonly keys: TokenKeys;
  readonly ports: Omit<Ports, 'wake'>;
  readonly mails: OutgoingMail[];
  readonly texts: OutgoingSms[];
  as(viewer?: Viewer): Ask;
  /** What a provider hands on of an answer to a text message. */
  receiveText(reply: TextReply): Promise<void>;
  /** Moves the clock on. */
  pass(seconds: number): void;
}

/** The subgraph over HTTP on a database of its own, with senders that remember and a clock that tests set. */
export async function openWorld(
  changes: Partial<Ports> = {},
  { webhooks }: Pick<CustomersConfig, 'webhooks'> = {},
): Promise<World> {
  const db = await testDatabase('customers');
  const keys: TokenKeys = { keys: [await createTokenKey('test')] };
  const secrets = createSecrets(TEST_SECRET);
  const mails: OutgoingMail[] = [];
  const texts: OutgoingSms[] = [];
  let passed = 0;
  const ports: Omit<Ports, 'wake'> = {
    ...createStores(db),
    passwords: createScryptPasswords(CHEAP),
    secrets,
    accessTokens: createAccessTokens(ISSUER, keys, {
      accessSeconds: 900,
      guestSeconds: 86_400,
      refreshSeconds: 30 * 86_400,
      sessionSeconds: 180 * 86_400,
    }),
    mailer: { send: async (mail) => `memory-${mails.push(mail)}` },
    sms: { send: async (sms) => `memory-${texts.push(sms)}` },
    quietHours: null,
    receivers: { crms: [], marketing: [] },
    shop: createShop({ shopName: 'Test Shop', storefrontUrl: 'https://shop.test' }, secrets.seal),
    newId,
    clock: () => new Date(Date.now() + passed),
    ...changes,
  };
  let operations: Operations | undefined;
  const remember: Webhook = (made) => {
    operations = made;
    return () => {};
  };
  const config = {
    port: 0,
    envelopeSecret: TEST_SECRET,
    logLevel: 'silent',
    tokenKeys: keys,
    sandboxSecret: SANDBOX_SECRET,
    webhooks: [remember, ...(webhooks ?? [])],
  };
  const subgraph = createCustomers(db, ports, config, createLogger('customers', 'silent'));
  const url = await subgraph.listen();
  return {
    url,
    db,
    keys,
    ports,
    mails,
    texts,
    as: (viewer) => askSubgraph('customers', url, viewer),
    receiveText: async (reply) => operations?.receiveText(reply),
    pass: (seconds) => {
      passed += seconds * 1000;
    },
    async [Symbol.asyncDispose]() {
      await subgraph.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

/** Polls until there is an answer; fails after five seconds. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

export const SESSION = 'accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt';

const REGISTER = /* GraphQL */ `
  mutation ($input: RegisterInput!) {
    register(input: $input) {
      __typename
      ... on RegisterSuccess { customer { id email } session { ${SESSION} } }
      ... on UserError { message }
      ... on InvalidInput { issues { path message } }
    }
  }
`;

export const PASSWORD = 'correct horse battery';

export async function register(world: World, email: string, input: object = {}, viewer?: Viewer) {
  const { data, errors } = await world.as(viewer)(REGISTER, { input: { email, password: PASSWORD, ...input } });
  if (errors) throw new Error(errors[0]?.message);
  return data.register as {
    __typename: string;
    message: string;
    issues: { path: string[]; message: string }[];
    customer: { id: string; email: string };
    session: { accessToken: string; refreshToken: string; accessTokenExpiresAt: string };
  };
}

/** A registered customer and how to ask as them. */
export async function newCustomer(world: World, email: string, input: object = {}) {
  const { customer: made, session } = await register(world, email, input);
  return { id: made.id, session, ask: world.as(customer(made.id)) };
}

const SIGN_IN = /* GraphQL */ `
  mutation ($input: SignInInput!) {
    signIn(input: $input) {
      __typename
      ... on SignInSuccess { customer { id } session { ${SESSION} } }
      ... on UserError { message }
    }
  }
`;

export const signIn = (world: World, email: string, password: string, viewer?: Viewer) =>
  world.as(viewer)(SIGN_IN, { input: { email, password } });

/** The one-time token of the newest mail of a template to an address. */
export async function tokenMailedTo(world: World, email: string, page: string): Promise<string> {
  const mail = await until(`a mail to ${email} with ${page}`, () =>
    world.mails.findLast(({ to, text }) => to === email && text.includes(page)),
  );
  return /#token=([\w.-]+)/.exec(mail.text)?.[1] ?? '';
}
