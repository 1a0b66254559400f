import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { createMessagesSandbox } from '@cartograph/sandbox/messages/server';
import { describe, expect, it } from 'vitest';
import { createFolderMailer, createFolderSms } from '../src/adapters/folder-messages.ts';
import { createSandboxMessages } from '../src/adapters/sandbox-messages.ts';
import { sendFailureOf } from '../src/domain/send-failure.ts';
import { expectMail } from './expect-mail.ts';
import { FROM, MAIL } from './mailer.contract.ts';
import { SMS } from './sms.contract.ts';
import { newCustomer, ORDERS, openWorld, SANDBOX_SECRET, SUPPORT, until } from './world.ts';

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cartograph-mail-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('mails to a folder', () => {
  it('are files that a mail program reads, one per mail also when it is sent again', async () => {
    await using folder = await tempFolder();
    const mailer = createFolderMailer(join(folder.path, 'new'), FROM);
    for (let i = 0; i < 2; i += 1) await mailer.send(MAIL);
    const files = await readdir(join(folder.path, 'new'));
    expect(files).toEqual(['Notification-01JDEM0MA00000000000000000.eml']);
    await expectMail(await readFile(join(folder.path, 'new', files[0] as string)));
    await createFolderSms(folder.path).send({ ...SMS, id: 'Notification:1', text: 'Hallo' });
    expect(await readFile(join(folder.path, 'Notification-1.txt'), 'utf8')).toBe('To: +491701234567\n\nHallo\n');
  });

  it('say what to do when the folder cannot be written', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, 'file'), '');
    const mailer = createFolderMailer(join(folder.path, 'file'), FROM);
    await expect(mailer.send(MAIL)).rejects.toThrow(/cannot be written.*MAIL_DIR/);
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
    const { id: customerId } = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
    await newCustomer(world, 'bounce@example.com');
    await world.as(ORDERS)('mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }', {
      input: { key: 'sms', template: 'shipment-sent', to: SMS.to, customerId, data: '{"orderId":"Order:1"}' },
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
    expect(sendFailureOf(refused)).toBe('undeliverable');
  });
});
