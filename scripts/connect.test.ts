import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AMAZON_CONSENT, AMAZON_KEYS, openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { connectAccount } from './connect.ts';

const APPLICATION = 'amzn1.sp.solution.0123-4567';

async function openAccount() {
  const amazon = await openAmazonDouble();
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-connect-'));
  const { AMAZON_REFRESH_TOKEN: _, ...settings } = amazon.env;
  const env = {
    ...settings,
    DATA_DIR: dataDir,
    AMAZON_APPLICATION_ID: APPLICATION,
    AMAZON_REDIRECT_URL: AMAZON_CONSENT.redirectUrl,
  };
  return {
    env,
    kept: join(dataDir, 'connections'),
    async [Symbol.asyncDispose]() {
      await rm(dataDir, { recursive: true });
      await amazon[Symbol.asyncDispose]();
    },
  };
}

/** What the owner sees in the address bar after they said yes at the page. */
const allowed = (page: string, { code = AMAZON_CONSENT.code, state = new URL(page).searchParams.get('state') } = {}) =>
  `${AMAZON_CONSENT.redirectUrl}?state=${state}&selling_partner_id=A3&spapi_oauth_code=${code}`;

const pageIn = (text: string): string | undefined => /https:\S+consent\?\S+/.exec(text)?.[0];

describe.runIf(hasContracts())('npm run connect', () => {
  it('keeps what the owner of an account has allowed, and shows it to nobody', async () => {
    await using account = await openAccount();
    const script = fileURLToPath(new URL('connect.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, 'amazon'], {
      env: { ...process.env, ...account.env },
    });
    let seen = '';
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        seen += `${line}\n`;
        const page = pageIn(line);
        if (page) child.stdin.write(`${allowed(page)}\n`);
      });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(seen).toContain('Start the shop with AMAZON_REFRESH_TOKEN_FILE=');
    expect(code).toBe(0);
    const file = join(account.kept, 'amazon-refresh-token');
    expect(await readFile(file, 'utf8')).toBe(`${AMAZON_KEYS.refreshToken}\n`);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(seen).not.toContain(AMAZON_KEYS.refreshToken);
    expect(Object.fromEntries(new URL(pageIn(seen) ?? '').searchParams)).toEqual({
      application_id: APPLICATION,
      redirect_uri: AMAZON_CONSENT.redirectUrl,
      state: expect.stringMatching(/^[\w-]{20,}$/),
    });
  }, 30_000);

  it.each([
    ['an address of somebody else', (page: string) => allowed(page, { state: 'another' }), 'not the address'],
    ['a code that Amazon does not know', (page: string) => allowed(page, { code: 'RHanother' }), 'invalid_grant'],
    [
      'a no',
      (page: string) => `${AMAZON_CONSENT.redirectUrl}?${new URL(page).searchParams}&error=access_denied`,
      'access_denied',
    ],
    ['no address', () => 'yes', 'That is no address'],
    ['nothing at all', () => null, 'That is no address'],
  ])('keeps nothing for %s', async (_, answer, words) => {
    await using account = await openAccount();
    const lines: string[] = [];
    const read = async () => answer(pageIn(lines.join('\n')) ?? '');
    const person = { print: (line: string) => void lines.push(line), read };
    await expect(connectAccount('amazon', account.env, person)).rejects.toThrow(words);
    await expect(readdir(account.kept)).rejects.toThrow('ENOENT');
  });

  it('says what is missing, and who can be connected', async () => {
    await using account = await openAccount();
    const person = { print: () => {}, read: async () => null };
    const { AMAZON_APPLICATION_ID: __, ...less } = account.env;
    await expect(connectAccount('amazon', less, person)).rejects.toThrow('AMAZON_APPLICATION_ID is not set');
    for (const name of [undefined, 'stripe'])
      await expect(connectAccount(name, account.env, person)).rejects.toThrow('npm run connect -- amazon');
  });
});
