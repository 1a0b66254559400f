import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProviderList, readSettings, settingProblems, withoutSecrets } from '../src/provider.ts';

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

describe('the list of a category', () => {
  const check = async () => '';
  const providers = ['sendgrid', 'smtp'].map((name) => ({ name, settings: {}, check }));
  const category = { name: 'mail', listedIn: 'MAILERS', providers, usual: () => 'smtp' };
  it('keeps its order, is the usual one or nobody when it is empty, and stops the start when it names somebody unknown or twice', () => {
    expect(readProviderList({ MAILERS: 'smtp, sendgrid' }, category)).toEqual(['smtp', 'sendgrid']);
    expect(readProviderList({ MAILERS: ' ' }, category)).toEqual(['smtp']);
    expect(readProviderList({}, { ...category, usual: () => null })).toEqual([]);
    for (const MAILERS of ['pigeon', 'smtp,smtp'])
      expect(() => readProviderList({ MAILERS }, category)).toThrow('MAILERS must list each provider once, out of');
  });
});
