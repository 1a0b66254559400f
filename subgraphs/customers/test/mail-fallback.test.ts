import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { prepareListed } from '@cartograph/providers/provider';
import { describe, expect, it } from 'vitest';
import { createFallback } from '../src/adapters/fallback.ts';
import { createSendgridMailer } from '../src/adapters/sendgrid/mailer.ts';
import { createSmtpMailer } from '../src/adapters/smtp/mailer.ts';
import { sendFailureOf } from '../src/domain/send-failure.ts';
import { MAIL as CATEGORY, openSenders } from '../src/providers.ts';
import { FROM, MAIL } from './mailer.contract.ts';
import { openSendgrid, SENDGRID_KEY } from './sendgrid-double.ts';
import { openSmtp } from './smtp-double.ts';

/** SendGrid first, and a mail server for what it surely did not take. */
async function openBoth() {
  const sendgrid = await openSendgrid();
  const smtp = await openSmtp();
  const passed: string[] = [];
  const options = { apiKey: SENDGRID_KEY, baseUrl: sendgrid.url, timeoutMs: 1_000 };
  const mailer = createFallback(
    [
      { name: 'sendgrid', sender: createSendgridMailer(options, FROM) },
      { name: 'smtp', sender: createSmtpMailer({ url: smtp.url }, FROM) },
    ],
    (from, to) => passed.push(`${from} ${to}`),
  );
  return {
    ...{ sendgrid, smtp, mailer, passed },
    async [Symbol.asyncDispose]() {
      await mailer.close?.();
      await smtp[Symbol.asyncDispose]();
      await sendgrid[Symbol.asyncDispose]();
    },
  };
}

describe.runIf(hasContracts())('a mailer that stands in for another', () => {
  it('sends what the first one surely did not take', async () => {
    await using both = await openBoth();
    const { faults } = both.sendgrid;
    faults.add({ at: 'before', does: { status: 429 } });
    await both.mailer.send(MAIL);
    expect([both.sendgrid.mails.length, both.smtp.received.length]).toEqual([0, 1]);
    await both.mailer.send({ ...MAIL, id: 'Notification:2' });
    expect([both.sendgrid.mails.length, both.smtp.received.length]).toEqual([1, 1]);
    expect(both.passed).toEqual(['sendgrid smtp']);
  });

  it('never sends what the first one perhaps took, or what is refused for good', async () => {
    await using both = await openBoth();
    const { faults } = both.sendgrid;
    for (const fault of [
      { at: 'after', does: 'cut' },
      { at: 'after', does: { status: 500 } },
      { at: 'before', does: 'hang' },
    ] as const) {
      faults.add(fault);
      expect(await both.mailer.send(MAIL).catch(sendFailureOf)).toBe('perhaps-sent');
    }
    expect(await both.mailer.send({ ...MAIL, to: 'nobody@shop.invalid' }).catch(sendFailureOf)).toBe('undeliverable');
    expect([both.smtp.received, both.passed]).toEqual([[], []]);
  });

  it('sends everything while nobody waits for the first one any more', async () => {
    await using both = await openBoth();
    both.sendgrid.faults.add({ at: 'before', does: { status: 503 }, times: 5 });
    const outcomes: unknown[] = [];
    for (let count = 0; count < 6; count += 1)
      outcomes.push(await both.mailer.send({ ...MAIL, id: `Notification:${count}` }).catch(sendFailureOf));
    expect(outcomes.slice(0, 5)).toEqual(Array(5).fill('perhaps-sent'));
    expect(outcomes[5]).toContain('@example.com');
    expect(both.smtp.received).toHaveLength(1);
  });

  it('takes over from a key that is refused, and the key is in no error', async () => {
    await using both = await openBoth();
    const wrong = createSendgridMailer({ apiKey: 'SG.wrong-key', baseUrl: both.sendgrid.url }, FROM);
    const error = await wrong.send(MAIL).catch((cause: unknown) => cause);
    expect(sendFailureOf(error)).toBe('not-sent');
    const away = createSendgridMailer({ apiKey: 'SG.wrong-key', baseUrl: 'http://127.0.0.1:1' }, FROM);
    const lost = await away.send(MAIL).catch((cause: unknown) => cause);
    expect(sendFailureOf(lost)).toBe('not-sent');
    expect(inspect([error, lost], { depth: 20, showHidden: true })).not.toContain('wrong-key');
  });
});

describe('the list of mailers', () => {
  const shared = { mailFrom: FROM, mailDir: '' };
  const prepare = (env: Record<string, string>) => prepareListed(env, CATEGORY);
  const EVENT_KEY = `${'A'.repeat(119)}=`;
  it('stops the start by the name of the setting that a listed mailer lacks, and asks nothing of the others', () => {
    expect(() => prepare({ MAILERS: 'sendgrid,smtp' })).toThrow('SENDGRID_API_KEY is not set');
    expect(() => prepare({ MAILERS: 'sendgrid', SENDGRID_API_KEY: 'my-key' })).toThrow(
      /^SENDGRID_API_KEY is malformed(?!.*my-key)/,
    );
    expect(() => prepare({ MAILERS: 'sendgrid', SENDGRID_API_KEY: 'SG.a' })).toThrow('SENDGRID_EVENT_KEY is not set');
    expect(() => prepare({ MAILERS: 'sendgrid', SENDGRID_API_KEY: 'SG.a', SENDGRID_EVENT_KEY: EVENT_KEY })).toThrow(
      'SENDGRID_EVENT_KEY is no public key',
    );
    expect(() => prepare({ MAILERS: 'smtp' })).toThrow('SMTP_URL is not set');
    expect(() => prepare({ MAILERS: 'pigeon' })).toThrow('MAILERS must list');
    expect(() => prepare({ MAILERS: 'folder' })).not.toThrow();
  });

  it('is a mail server where there is one, else the sandbox, else a folder', async () => {
    await using smtp = await openSmtp();
    const open = (env: Record<string, string>, mailDir = '') =>
      openSenders(prepare(env), { ...shared, mailDir }, () => {});
    const sender = await open({ SMTP_URL: smtp.url, MESSAGES_SANDBOX_URL: 'http://127.0.0.1:1' });
    await sender.send(MAIL);
    await sender.close?.();
    expect(smtp.received).toHaveLength(1);
    const sandbox = await open({ MESSAGES_SANDBOX_URL: 'http://127.0.0.1:1', MESSAGES_SANDBOX_SECRET: 's'.repeat(32) });
    await expect(sandbox.send(MAIL)).rejects.toThrow('ECONNREFUSED');
    const mailDir = await mkdtemp(join(tmpdir(), 'cartograph-list-'));
    await (await open({}, mailDir)).send(MAIL);
    expect(await readdir(mailDir)).toHaveLength(1);
    await rm(mailDir, { recursive: true });
  });
});
