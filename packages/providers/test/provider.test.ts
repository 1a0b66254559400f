import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Provider,
  prepareListed,
  readProviderList,
  readSettings,
  settingProblems,
  webhooksOf,
  withoutSecrets,
} from '../src/provider.ts';

const SETTINGS = {
  key: { name: 'POST_KEY', says: 'the key of the account, PK-…', secret: true, form: /^PK-/ },
  url: { name: 'POST_URL', says: 'where it is', fallback: 'https://post.test', form: 'url' },
  sender: { name: 'POST_SENDER', says: 'who sends', fallback: '' },
} as const;

describe('the settings of a provider', () => {
  it('are read as declared, with what is usual for the rest', () => {
    expect(readSettings({ POST_KEY: ' PK-1 ' }, SETTINGS)).toEqual({
      key: 'PK-1',
      url: 'https://post.test',
      sender: '',
    });
    expect(readSettings({ POST_KEY: 'PK-1', POST_URL: 'http://127.0.0.1:1' }, SETTINGS).url).toBe('http://127.0.0.1:1');
  });

  it('stop the start by name when they are missing or malformed, and never show what they are', () => {
    expect(() => readSettings({}, SETTINGS)).toThrow('POST_KEY is not set: the key of the account, PK-….');
    const env = { POST_KEY: 'another-secret', POST_URL: 'nowhere' };
    expect(() => readSettings(env, SETTINGS)).toThrow(/^POST_KEY is malformed(?!.*another-secret)/);
    expect(settingProblems(env, SETTINGS)).toEqual([
      'POST_KEY is malformed: the key of the account, PK-….',
      'POST_URL is malformed: where it is.',
    ]);
    expect(settingProblems({ POST_KEY: 'PK-1' }, SETTINGS)).toEqual([]);
  });

  it('may come from a file where they are secret, and only there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-settings-'));
    const file = join(folder, 'key');
    await writeFile(file, 'PK-2\n');
    expect(readSettings({ POST_KEY_FILE: file }, SETTINGS).key).toBe('PK-2');
    expect(readSettings({ POST_KEY: 'PK-1', POST_SENDER_FILE: file }, SETTINGS)).toMatchObject({
      key: 'PK-1',
      sender: '',
    });
    expect(() => readSettings({ POST_KEY_FILE: join(folder, 'none') }, SETTINGS)).toThrow(
      'POST_KEY_FILE cannot be read: ENOENT.',
    );
    expect(() => readSettings({ POST_KEY: 'PK-1', POST_KEY_FILE: file }, SETTINGS)).toThrow(
      'POST_KEY and POST_KEY_FILE are both set.',
    );
    await rm(folder, { recursive: true });
  });
});

it('nothing that is said has a secret in it, not even the password in a URL', () => {
  const declared = { ...SETTINGS, server: { name: 'POST_SERVER', says: 'where', secret: true, fallback: '' } };
  const env = { POST_KEY: 'PK-secret', POST_SENDER: 'shop', POST_SERVER: 'smtp://shop:a%20word@post.test' };
  expect(withoutSecrets('PK-secret of shop: "a word" (a%20word), smtp://shop:a%20word@post.test', env, declared)).toBe(
    '*** of shop: "***" (***), ***',
  );
});

const opened: string[] = [];
const listed = (name: string, webhook?: () => Promise<string>): Provider<string, string, string> => ({
  ...{ name, settings: {}, check: async () => async () => '' },
  prepare(env) {
    const { key } = readSettings(env, {
      key: { name: `${name.toUpperCase()}_KEY`, says: 'the key', secret: true, form: /^k-/ },
    });
    return async (given) => {
      opened.push(name);
      return `${name} with ${key} for ${given}`;
    };
  },
  ...(webhook && { webhook }),
});
const post = {
  ...{ name: 'post', listedIn: 'POST', usual: () => null },
  providers: [listed('ups'), listed('dhl', async () => '/webhooks/dhl')],
};

describe('the providers of a category', () => {
  const usually = { ...post, usual: () => 'ups' };

  it('are the usual one or nobody, or several in the order in which they are named', () => {
    expect(readProviderList({}, usually)).toEqual(['ups']);
    expect(readProviderList({ POST: ' ' }, post)).toEqual([]);
    expect(readProviderList({ POST: ' dhl, Ups,' }, usually)).toEqual(['dhl', 'ups']);
  });

  it.each([
    ['ups,fedex', 'fedex'],
    ['ups,dhl,ups', 'ups'],
    ['toString', 'tostring'],
  ])('stop the start by the setting’s name when one is unknown or named twice: %s', (POST, wrong) => {
    expect(() => readProviderList({ POST }, post)).toThrow(
      `POST must list each provider once, out of ups, dhl, and has "${wrong}".`,
    );
  });

  it('are opened when their time comes, in order, each with its own settings', async () => {
    const prepared = prepareListed({ POST: 'dhl,ups', UPS_KEY: 'k-u', DHL_KEY: 'k-d' }, post);
    expect(opened).toEqual([]);
    expect(await Promise.all(prepared.map(({ open }) => open('us')))).toEqual([
      'dhl with k-d for us',
      'ups with k-u for us',
    ]);
    expect(await webhooksOf(prepared)).toEqual(['/webhooks/dhl']);
  });

  it('stop the start when a setting is missing or malformed, and those of others do not matter', () => {
    expect(() => prepareListed({ POST: 'ups,dhl', UPS_KEY: 'k-u' }, post)).toThrow(/^DHL_KEY is not set/);
    const malformed = () => prepareListed({ POST: 'ups', UPS_KEY: 'two words' }, post);
    expect(malformed).toThrow(/^UPS_KEY is malformed(?!.*two words)/);
    const unread = () => prepareListed({ POST: 'ups', UPS_KEY_FILE: '/none/of/these' }, post);
    expect(unread).toThrow(/^UPS_KEY_FILE cannot be read/);
    expect(prepareListed({ UPS_KEY: 'two words' }, post)).toEqual([]);
  });
});
