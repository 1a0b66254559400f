import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenKey, createTokenVerifier } from '@cartograph/runtime/access-token';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { openCustomers, seedCustomersDemo } from '../src/subgraph.ts';
import { until } from './world.ts';

const ADA = 'Customer:01JDEM0ADA0000000000000000';
const BOB = 'Customer:01JDEM0B0B0000000000000000';

describe('the subgraph as a process opens it', () => {
  it('lets the demo customers and staff in, and puts mails into a folder', async () => {
    await using db = await testDatabase('customers');
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-open-'));
    const env = {
      DATABASE_URL: db.url,
      PORT: '0',
      ENVELOPE_SECRET: TEST_SECRET,
      TOKEN_KEYS: JSON.stringify([await createTokenKey('a'), await createTokenKey('b')]),
      MAIL_DIR: folder,
      LOG_LEVEL: 'silent',
    };
    const said: string[] = [];
    await seedCustomersDemo(env, (line) => said.push(line));
    await seedCustomersDemo(env, (line) => said.push(line));
    expect(said).toEqual(['customers: 2 demo customers and 2 members of staff']);

    await using customers = await openCustomers(env);
    const url = await customers.listen();
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
    const keySet = (await (await fetch(new URL('/.well-known/jwks.json', url))).json()) as never;
    const verify = createTokenVerifier([{ issuer: 'cartograph', keySet }]);
    const ask = askSubgraph('customers', url);
    const SIGN_IN =
      'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInSuccess { session { accessToken } customer { id defaultShippingAddress { postalAddress { countryCode } } groups { code } } } } }';
    const demo: [string, string, string, string, string[]][] = [
      [ADA, 'ada@example.com', 'ada-demo-password', 'DE', []],
      [BOB, 'bob@example.com', 'bob-demo-password', 'US', ['WHOLESALE']],
    ];
    for (const [id, email, password, countryCode, groups] of demo) {
      const { data } = await ask(SIGN_IN, { input: { email, password } });
      expect(data.signIn.customer).toEqual({
        id,
        defaultShippingAddress: { postalAddress: { countryCode } },
        groups: groups.map((code) => ({ code })),
      });
      const viewer = await verify(`Bearer ${data.signIn.session.accessToken}`);
      expect(viewer).toEqual({ kind: 'customer', customerId: id });
      expect((await askSubgraph('customers', url, viewer)('{ me { id } }')).data.me.id).toBe(id);
    }
    const STAFF =
      'mutation ($input: SignInInput!) { signInStaff(input: $input) { ... on SignInStaffSuccess { staff { roles } } } }';
    for (const [name, role] of [
      ['admin', 'ADMIN'],
      ['support', 'SUPPORT'],
    ]) {
      const input = { email: `${name}@example.com`, password: `${name}-demo-password` };
      expect((await ask(STAFF, { input })).data.signInStaff.staff.roles).toEqual([role]);
    }
    await ask('mutation { requestPasswordReset(email: "ada@example.com") }');
    await until('the mail', async () => (await readdir(folder)).some((name) => name.endsWith('.eml')));
    await rm(folder, { recursive: true });
  });
});

describe('settings', () => {
  const env = { DATABASE_URL: 'postgresql://a@b/c', ENVELOPE_SECRET: TEST_SECRET, TOKEN_KEYS: '[]' };
  it('say what is missing or malformed, by name and without its value', async () => {
    const key = await createTokenKey('a');
    const good = { ...env, TOKEN_KEYS: JSON.stringify({ keys: [key] }) };
    expect(readConfig(good).tokenKeys.keys).toEqual([key]);
    const publicOnly = { ...key, d: undefined };
    for (const TOKEN_KEYS of ['', 'secret{', '[]', '{}', 'null', '[{"kty":"RSA"}]', JSON.stringify([publicOnly])])
      expect(() => readConfig({ ...env, TOKEN_KEYS })).toThrow(/^TOKEN_KEYS (is not set|must be JSON)(?!.*secret\{)/);
    expect(() => readConfig({ ...good, MESSAGES_SANDBOX_URL: 'http://127.0.0.1:1' })).toThrow(
      'MESSAGES_SANDBOX_SECRET',
    );
    // Before anything is connected to: there is no such database.
    await expect(openCustomers({ ...good, SMTP_URL: 'mail server' })).rejects.toThrow('SMTP_URL is malformed');
    expect(() => readConfig({ ...good, ACCESS_TOKEN_SECONDS: '1' })).toThrow('ACCESS_TOKEN_SECONDS must be a number');
    expect(readConfig(good)).toMatchObject({ crms: [], marketing: [] });
    expect(() => readConfig({ ...good, MARKETING_PROVIDERS: 'klaviyo', KLAVIYO_API_KEY: 'key' })).toThrow(
      'KLAVIYO_API_KEY is malformed',
    );
    expect(() => readConfig({ ...good, CRM_PROVIDERS: 'hubspt' })).toThrow(
      'CRM_PROVIDERS must list each provider once, out of hubspot',
    );
    expect(() => readConfig({ ...good, CRM_PROVIDERS: 'hubspot' })).toThrow('HUBSPOT_ACCESS_TOKEN is not set');
    const pinterest = { ...good, MARKETING_PROVIDERS: 'pinterest', PINTEREST_ACCESS_TOKEN: 'pina_x' };
    expect(() => readConfig({ ...pinterest, PINTEREST_AD_ACCOUNT_ID: 'me/1' })).toThrow(
      'PINTEREST_AD_ACCOUNT_ID is malformed',
    );
    const salesforce = { ...good, CRM_PROVIDERS: 'salesforce', SALESFORCE_USERNAME: 'a', SALESFORCE_PASSWORD: 'b c' };
    expect(() => readConfig({ ...salesforce, SALESFORCE_WSDL: '/nowhere.xml' })).toThrow(
      'SALESFORCE_WSDL names a file',
    );
    expect(() => readConfig({ ...good, DATABASE_URL: undefined })).toThrow('DATABASE_URL is not set');
  });
});
