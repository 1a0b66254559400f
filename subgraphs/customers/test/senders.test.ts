import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { createMessagesSandbox } from '@cartograph/sandbox/messages/server';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { createFolderMailer, createFolderSms } from '../src/adapters/folder-messages.ts';
import { createSandboxMessages } from '../src/adapters/sandbox-messages.ts';
import { createSmtpMailer } from '../src/adapters/smtp-mailer.ts';
import { isUndeliverable } from '../src/domain/notification.ts';
import type { Mailer } from '../src/ports.ts';
import { newCustomer, ORDERS, openWorld, SANDBOX_SECRET, SUPPORT, until } from './world.ts';

const FROM = 'Möbel & Co <shop@example.com>';
const MAIL = {
  id: 'Notification:01JDEM0MA00000000000000000',
  to: 'ada@example.com',
  subject: 'Ihre Bestellung für Zoë ist unterwegs 🚚',
  text: 'Viele Grüße\n.\nMöbel & Co\n',
  html: '<!doctype html><p>Viele Grüße</p>',
  locale: 'de',
};

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cartograph-mail-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

interface Received {
  readonly to: string[];
  readonly raw: Buffer;
}

/** A real mail server on loopback, without TLS and sign-in. */
async function openSmtp(refuse: (to: string) => Error | undefined = () => undefined) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }: { address: string }, _session: unknown, done: (error?: Error) => void) =>
      done(refuse(address)),
    onData(stream: NodeJS.ReadableStream, session: { envelope: { rcptTo: { address: string }[] } }, done: () => void) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) });
        done();
      });
    },
  } as never);
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => void server.close(() => closed())),
  };
}

async function expectMail(raw: Buffer) {
  const mail = await PostalMime.parse(raw);
  expect(mail).toMatchObject({
    from: { name: 'Möbel & Co', address: 'shop@example.com' },
    to: [{ address: 'ada@example.com' }],
    subject: MAIL.subject,
    messageId: '<Notification-01JDEM0MA00000000000000000@example.com>',
  });
  expect(mail.text?.replaceAll('\r\n', '\n').trim()).toBe(MAIL.text.trim());
  expect(mail.html?.trim()).toBe(MAIL.html);
  // RFC 5322: lines end with CRLF, headers are ASCII, and none is too long.
  const text = raw.toString('latin1');
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const header = text.slice(0, text.indexOf('\r\n\r\n'));
  expect(/^[\x20-\x7e\r\n\t]+$/.test(header)).toBe(true);
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
}

describe('mails to a folder', () => {
  it('are files that a mail program reads, one per mail also when it is sent again', async () => {
    await using folder = await tempFolder();
    const mailer = createFolderMailer(join(folder.path, 'new'), FROM);
    for (let i = 0; i < 2; i += 1) await mailer.send(MAIL);
    const files = await readdir(join(folder.path, 'new'));
    expect(files).toEqual(['Notification-01JDEM0MA00000000000000000.eml']);
    await expectMail(await readFile(join(folder.path, 'new', files[0] as string)));
    await createFolderSms(folder.path).send({ id: 'Notification:1', to: '+491701234567', text: 'Hallo' });
    expect(await readFile(join(folder.path, 'Notification-1.txt'), 'utf8')).toBe('To: +491701234567\n\nHallo\n');
  });

  it('say what to do when the folder cannot be written', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, 'file'), '');
    const mailer = createFolderMailer(join(folder.path, 'file'), FROM);
    await expect(mailer.send(MAIL)).rejects.toThrow(/cannot be written.*MAIL_DIR/);
  });
});

describe('mails by SMTP', () => {
  it('arrive at a real mail server as they were written', async () => {
    await using smtp = await openSmtp();
    const mailer = createSmtpMailer(smtp.url, FROM);
    await mailer.send(MAIL);
    mailer.close();
    expect(smtp.received.map(({ to }) => to)).toEqual([['ada@example.com']]);
    await expectMail(smtp.received[0]?.raw ?? Buffer.alloc(0));
  });

  it('are given up when the server knows no such mailbox, and tried again when it is busy or away', async () => {
    const answer = (code: number) => Object.assign(new Error('no'), { responseCode: code });
    await using smtp = await openSmtp((to) =>
      to.startsWith('gone') ? answer(550) : to.startsWith('busy') ? answer(451) : undefined,
    );
    const mailer = createSmtpMailer(smtp.url, FROM);
    const fails = async (sender: Mailer, to: string) =>
      sender.send({ ...MAIL, to }).then(
        () => null,
        (error: unknown) => error,
      );
    expect(isUndeliverable(await fails(mailer, 'gone@example.com'))).toBe(true);
    const busy = await fails(mailer, 'busy@example.com');
    expect(busy).toBeTruthy();
    expect(isUndeliverable(busy)).toBe(false);
    mailer.close();
    const away = await fails(createSmtpMailer('smtp://127.0.0.1:1', FROM), 'ada@example.com');
    expect(away).toBeTruthy();
    expect(isUndeliverable(away)).toBe(false);
  });

  it('carry the whole way from an order of a neighbour to the mail server', async () => {
    await using smtp = await openSmtp();
    const mailer = createSmtpMailer(smtp.url, FROM);
    await using world = await openWorld({ mailer });
    const data = JSON.stringify({ orderNumber: '1001', name: 'Ada', total: { amount: '19.99', currencyCode: 'EUR' } });
    await world.as(ORDERS)('mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }', {
      input: { key: 'k', template: 'order-confirmed', to: 'ada@example.com', locale: 'de', data },
    });
    const { raw } = await until('the mail', () => smtp.received[0]);
    const mail = await PostalMime.parse(raw);
    expect(mail.subject).toBe('Ihre Bestellung 1001');
    expect(mail.text).toMatch(/Summe: 19,99\s€/);
    expect(mail.html).toContain('lang="de"');
    mailer.close();
  });
});

describe('messages by the sandbox', () => {
  it('are delivered or bounce, which the sandbox reports to us', async () => {
    await using folder = await tempFolder();
    let webhook: string | undefined;
    await using sandbox = createMessagesSandbox({
      port: 0,
      folder: folder.path,
      webhook: { url: () => webhook, secret: SANDBOX_SECRET },
      logger: createLogger('sandbox', 'silent'),
    });
    const { mailer, sms } = createSandboxMessages(await sandbox.listen(), FROM, 2_000);
    await using world = await openWorld({ mailer, sms });
    webhook = new URL('/webhooks/sandbox', world.url).href;
    await newCustomer(world, 'ada@example.com');
    await newCustomer(world, 'bounce@example.com');
    await world.as(ORDERS)('mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }', {
      input: { key: 'sms', template: 'shipment-sent', to: '+491701234567', data: '{"orderId":"Order:1"}' },
    });
    await until('three reports', async () => {
      const { data } = await world.as(SUPPORT)('{ notifications { nodes { recipient status } } }');
      const statuses = Object.fromEntries(
        data.notifications.nodes.map((n: { recipient: string; status: string }) => [n.recipient, n.status]),
      );
      return (
        statuses['ada@example.com'] === 'DELIVERED' &&
        statuses['bounce@example.com'] === 'BOUNCED' &&
        statuses['+491701234567'] === 'DELIVERED'
      );
    });
    const files = await readdir(folder.path);
    expect(files.filter((name) => name.endsWith('.eml'))).toHaveLength(2);
    expect(files.filter((name) => name.endsWith('.txt'))).toHaveLength(1);
  });

  it('are taken once when the answer is lost on the way, and again tried when the provider is busy', async () => {
    await using folder = await tempFolder();
    await using sandbox = createMessagesSandbox({
      port: 0,
      folder: folder.path,
      webhook: { url: () => undefined, secret: SANDBOX_SECRET },
      logger: createLogger('sandbox', 'silent'),
    });
    const { mailer } = createSandboxMessages(await sandbox.listen(), FROM, 2_000);
    await expect(mailer.send({ ...MAIL, to: 'lost@example.com' })).rejects.toThrow();
    const id = await mailer.send({ ...MAIL, to: 'lost@example.com' });
    expect(await mailer.send({ ...MAIL, to: 'lost@example.com' })).toBe(id);
    expect(await readdir(folder.path)).toHaveLength(1);
    const flaky = { ...MAIL, id: 'Notification:2', to: 'flaky@example.com' };
    for (let i = 0; i < 2; i += 1) await expect(mailer.send(flaky)).rejects.toThrow('503');
    expect(await mailer.send(flaky)).toMatch(/^msg_/);
    const refused = await mailer.send({ ...MAIL, id: 'Notification:3', to: 'nobody' }).catch((error: unknown) => error);
    expect(isUndeliverable(refused)).toBe(true);
  });
});
