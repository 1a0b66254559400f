import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { createSmtpMailer, type SmtpOptions } from '../src/adapters/smtp/mailer.ts';
import { smtp as provider } from '../src/adapters/smtp/provider.ts';
import { sendFailureOf } from '../src/domain/send-failure.ts';
import { expectMail } from './expect-mail.ts';
import { FROM, MAIL } from './mailer.contract.ts';
import { openSmtp } from './smtp-double.ts';
import { ORDERS, openWorld, until } from './world.ts';

const USER = { name: 'shop', password: 'a password / with : signs' };

/** Sends one mail and closes; gives what went wrong, or null. */
async function sendOnce(options: SmtpOptions, to = MAIL.to): Promise<Error | null> {
  const mailer = createSmtpMailer(options, FROM);
  try {
    await mailer.send({ ...MAIL, to });
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    mailer.close();
  }
}

describe('mails by SMTP', () => {
  it('arrive at a real mail server as they were written', async () => {
    await using smtp = await openSmtp();
    expect(await sendOnce({ url: smtp.url })).toBeNull();
    expect(smtp.received.map(({ to }) => to)).toEqual([['ada@example.com']]);
    await expectMail(smtp.received[0]?.raw ?? Buffer.alloc(0));
  });

  it('carry the whole way from an order of a neighbour to the mail server', async () => {
    await using smtp = await openSmtp();
    await using world = await openWorld({ mailer: createSmtpMailer({ url: smtp.url }, FROM) });
    const data = JSON.stringify({ orderNumber: '1001', name: 'Ada', total: { amount: '19.99', currencyCode: 'EUR' } });
    await world.as(ORDERS)('mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }', {
      input: { key: 'k', template: 'order-confirmed', to: 'ada@example.com', locale: 'de', data },
    });
    const { raw } = await until('the mail', () => smtp.received[0]);
    const mail = await PostalMime.parse(raw);
    expect(mail.subject).toBe('Ihre Bestellung 1001');
    expect(mail.text).toMatch(/Summe: 19,99\s€/);
    expect(mail.html).toContain('lang="de"');
  });

  it('are given up only for what is about the recipient or the mail, not for what is about us', async () => {
    await using smtp = await openSmtp();
    smtp.fault('gone@example.com', { code: 550, text: '5.1.1 no such mailbox' });
    smtp.fault('old@example.com', { code: 553, text: 'no such mailbox' });
    smtp.fault('blocked@example.com', { code: 550, text: '5.7.1 your address is on a list' });
    smtp.fault('busy@example.com', { code: 451, text: '4.2.1 later' });
    const failures: Record<string, string | null> = {};
    for (const name of ['gone', 'old', 'blocked', 'busy'])
      failures[name] = sendFailureOf(await sendOnce({ url: smtp.url }, `${name}@example.com`));
    expect(failures).toEqual({ gone: 'undeliverable', old: 'undeliverable', blocked: 'not-sent', busy: 'not-sent' });
  });

  it('were surely not sent when the server went silent before it had them', async () => {
    await using smtp = await openSmtp();
    smtp.fault('silent@example.com', 'hang-before');
    expect(sendFailureOf(await sendOnce({ url: smtp.url, timeoutMs: 200 }, 'silent@example.com'))).toBe('not-sent');
  });

  it('go by a connection that is used again, and wait for no other mail that hangs', async () => {
    await using smtp = await openSmtp();
    smtp.fault('slow@example.com', 'hang-after');
    const mailer = createSmtpMailer({ url: smtp.url, timeoutMs: 1_000 }, FROM);
    const slow = mailer.send({ ...MAIL, id: 'Notification:slow', to: 'slow@example.com' }).catch(sendFailureOf);
    await Promise.all(Array.from({ length: 12 }, (_, n) => mailer.send({ ...MAIL, id: `Notification:${n}` })));
    expect(await slow).toBe('perhaps-sent');
    mailer.close();
    expect(smtp.received).toHaveLength(13);
  });

  it('are signed in for, with a password from a setting or from the URL', async () => {
    await using smtp = await openSmtp({ user: USER });
    const inUrl = smtp.url.replace('//', `//${USER.name}:${encodeURIComponent(USER.password)}@`);
    expect(await sendOnce({ url: inUrl })).toBeNull();
    expect(await sendOnce({ url: smtp.url, user: USER.name, password: USER.password })).toBeNull();
    expect(smtp.signIns).toEqual(['shop', 'shop']);
    const wrong = await sendOnce({ url: smtp.url, user: USER.name, password: 'wrong' });
    // A setting to correct: the mail waits, or goes another way.
    expect(sendFailureOf(wrong)).toBe('not-sent');
    expect(smtp.received).toHaveLength(2);
  });

  it('are encrypted where the server can, by a certificate that we trust', async () => {
    await using smtp = await openSmtp({ tls: true, user: USER });
    const options = { url: smtp.url, user: USER.name, password: USER.password };
    const mailer = createSmtpMailer({ ...options, ca: smtp.certificate }, FROM);
    await mailer.send(MAIL);
    expect(smtp.secured()).toBe(1);
    mailer.close();
    const distrusted = await sendOnce(options);
    expect(sendFailureOf(distrusted)).toBe('not-sent');
    expect(smtp.signIns).toEqual(['shop']);
  });

  it('never send a password to a server without TLS where it is required', async () => {
    await using smtp = await openSmtp({ user: USER });
    const refused = await sendOnce({ url: smtp.url, user: USER.name, password: USER.password, tls: 'required' });
    expect(sendFailureOf(refused)).toBe('not-sent');
    expect(smtp.signIns).toEqual([]);
  });
});

describe('the settings of a mail server', () => {
  it('are checked by signing in, and nothing is sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-smtp-'));
    await using smtp = await openSmtp({ tls: true, user: USER });
    await writeFile(join(folder, 'ca.pem'), smtp.certificate);
    await writeFile(join(folder, 'password'), USER.password);
    const env = {
      SMTP_URL: smtp.url,
      SMTP_USER: USER.name,
      SMTP_PASSWORD_FILE: join(folder, 'password'),
      SMTP_CA_FILE: join(folder, 'ca.pem'),
    };
    expect(await (await provider.check(env))()).toBe('the mail server answers, and lets us in');
    await expect((await provider.check({ ...env, SMTP_PASSWORD_FILE: '', SMTP_PASSWORD: 'wrong' }))()).rejects.toThrow(
      /^(?!.*wrong)/,
    );
    await expect(provider.check({ ...env, SMTP_CA_FILE: join(folder, 'none') })).rejects.toThrow('SMTP_CA_FILE');
    await expect(provider.check({})).rejects.toThrow('SMTP_URL is not set');
    expect(smtp.received).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
