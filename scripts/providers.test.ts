import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Provider, ProviderCategory } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { describe, expect, it } from 'vitest';
import { openSmtp } from '../subgraphs/customers/test/smtp-double.ts';
import { CATEGORIES, reportProviders } from './providers.ts';

const provider = (name: string, ask: (env: Env) => Promise<string>): Provider => ({
  name,
  settings: {
    key: { name: `${name.toUpperCase()}_KEY`, says: 'the key', secret: true, form: /^k-/ },
    url: { name: `${name.toUpperCase()}_URL`, says: 'where', fallback: 'http://127.0.0.1' },
  },
  prepare: () => async () => name,
  check: async (env) => () => ask(env),
});

const category = (...providers: Provider[]): ProviderCategory => ({
  ...{ name: 'post', listedIn: 'POST', providers },
  usual: () => providers[0]?.name ?? '',
});

async function report(one: ProviderCategory, env: Record<string, string>) {
  const lines: string[] = [];
  const isFine = await reportProviders([one], env, (line) => lines.push(line.replace(/\d+ ms\)/, 'n ms)')), 100);
  return { isFine, text: lines.join('\n') };
}

describe('npm run providers', () => {
  const works = provider('works', async () => 'answers');
  const fails = provider('fails', async ({ FAILS_KEY }) => {
    throw new Error('refused', { cause: new Error(`key ${FAILS_KEY}\nis wrong`) });
  });
  const hangs = provider('hangs', () => new Promise(() => {}));
  const env = { WORKS_KEY: 'k-1234', FAILS_KEY: 'k-5678', HANGS_KEY: 'k-9012' };

  it('tests what is configured, and says what the others would need', async () => {
    const calls: string[] = [];
    const unused = provider('unused', async () => String(calls.push('unused')));
    const { isFine, text } = await report(category(works, unused), { ...env, POST: 'works' });
    expect(isFine).toBe(true);
    expect(text).toContain('post: POST = works');
    expect(text).toContain('works   works  answers (n ms)');
    expect(text).toContain('unused  not used; needs UNUSED_KEY');
    expect(calls).toEqual([]);
    expect((await report(category(works), env)).text).toContain('post: POST is not set, so works');
  });

  it('fails when a configured one does, or does not answer, and shows no secret', async () => {
    const failed = await report(category(works, fails), { ...env, POST: 'works,fails' });
    expect(failed.isFine).toBe(false);
    expect(failed.text).toContain('fails  FAILS  refused: key *** is wrong (n ms)');
    expect(failed.text).not.toContain('5678');
    const hung = await report(category(hangs), { ...env, POST: 'hangs' });
    expect(hung).toMatchObject({ isFine: false, text: expect.stringContaining('no answer in 100 ms') });
  });

  it('names every setting that a configured one lacks, and calls nobody then', async () => {
    const lacking = await report(category(fails), { POST: 'fails', FAILS_KEY: 'secret' });
    expect(lacking.isFine).toBe(false);
    expect(lacking.text).toContain('FAILS  FAILS_KEY is malformed: the key.');
    expect(lacking.text).not.toMatch(/refused|secret/);
    const unknown = await report(category(works), { POST: 'pigeon' });
    expect(unknown).toMatchObject({
      isFine: false,
      text: expect.stringContaining('POST must list each provider once'),
    });
  });

  it('knows each provider by one name, and each setting by one owner', () => {
    for (const { name, providers } of CATEGORIES) {
      const names = providers.map((one) => one.name);
      expect(new Set(names).size, name).toBe(names.length);
    }
    expect(CATEGORIES.map(({ name }) => name)).toEqual(expect.arrayContaining(['mail', 'texts']));
  });

  it('is a command that ends with 1 when something that is configured does not work', async () => {
    await using smtp = await openSmtp({ user: { name: 'shop', password: 'right' } });
    const run = (password: string) =>
      new Promise<{ code: number; output: string }>((done) => {
        const script = fileURLToPath(new URL('providers.ts', import.meta.url));
        const { PATH = '', HOME = '' } = process.env;
        const settings = { MAILERS: 'smtp', SMTP_URL: smtp.url, SMTP_USER: 'shop', SMTP_PASSWORD: password };
        const options = { env: { PATH, HOME, ...settings }, timeout: 25_000 };
        execFile(process.execPath, ['--import', 'tsx', script], options, (error, stdout, stderr) =>
          done({ code: Number(error?.code ?? 0), output: stdout + stderr }),
        );
      });
    const good = await run('right');
    expect(good).toMatchObject({ code: 0, output: expect.stringMatching(/smtp +works +the mail server answers/) });
    const bad = await run('very-wrong');
    expect(bad).toMatchObject({ code: 1, output: expect.stringMatching(/smtp +FAILS .*535/) });
    expect(bad.output).not.toContain('very-wrong');
  });
});
