import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import type { Fault } from '@cartograph/contract-server/faults';
import { createLogger } from '@cartograph/runtime/logger';
import { createMessagesSandbox } from '@cartograph/sandbox/messages/server';
import PostalMime from 'postal-mime';
import { describe } from 'vitest';
import { createFolderMailer } from '../src/adapters/folder-messages.ts';
import { createSandboxMessages } from '../src/adapters/sandbox-messages.ts';
import { createSendgridMailer } from '../src/adapters/sendgrid/mailer.ts';
import { createSmtpMailer } from '../src/adapters/smtp/mailer.ts';
import { type ArrivedMail, describeMailer, FROM } from './mailer.contract.ts';
import { openSendgrid, SENDGRID_KEY } from './sendgrid-double.ts';
import { openSmtp } from './smtp-double.ts';

const TIMEOUT_MS = 1_500;
const NOBODY = 'http://127.0.0.1:1';

async function parse(raw: Buffer): Promise<ArrivedMail> {
  const { to, subject = '', text = '', html = '' } = await PostalMime.parse(raw);
  return { to: to?.[0]?.address ?? '', subject, text, html };
}

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cartograph-mailers-'));
  const mails = async () => {
    const names = (await readdir(path)).filter((name) => name.endsWith('.eml'));
    return Promise.all(names.map(async (name) => parse(await readFile(join(path, name)))));
  };
  return { path, mails, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describeMailer('to a folder', async () => {
  const folder = await tempFolder();
  return {
    mailer: createFolderMailer(folder.path, FROM),
    arrived: folder.mails,
    ofTwo: 1,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

describeMailer('of the sandbox', async () => {
  const folder = await tempFolder();
  const sandbox = createMessagesSandbox({
    port: 0,
    folder: folder.path,
    webhook: { url: () => undefined, secret: 'secret' },
    logger: createLogger('sandbox', 'silent'),
  });
  return {
    mailer: createSandboxMessages(await sandbox.listen(), FROM, 2_000).mailer,
    arrived: folder.mails,
    faults: {
      refused: 'nobody',
      losesAnswer: () => 'lost@example.com',
      hangsAfterEffect: () => 'lost@example.com',
      isBusy: () => 'flaky@example.com',
      away: createSandboxMessages(NOBODY, FROM).mailer,
    },
    ofTwo: 1,
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
});

describeMailer('by SMTP', async () => {
  const smtp = await openSmtp();
  const mailer = createSmtpMailer({ url: smtp.url, timeoutMs: TIMEOUT_MS }, FROM);
  smtp.fault('gone@example.com', { code: 550, text: '5.1.1 no such mailbox' });
  smtp.fault('busy@example.com', { code: 451 });
  smtp.fault('lost@example.com', 'cut-after');
  smtp.fault('slow@example.com', 'hang-after');
  return {
    mailer,
    arrived: () => Promise.all(smtp.received.map(({ raw }) => parse(raw))),
    faults: {
      refused: 'gone@example.com',
      losesAnswer: () => 'lost@example.com',
      hangsAfterEffect: () => 'slow@example.com',
      isBusy: () => 'busy@example.com',
      away: createSmtpMailer({ url: 'smtp://127.0.0.1:1' }, FROM),
    },
    ofTwo: 2,
    async [Symbol.asyncDispose]() {
      mailer.close();
      await smtp[Symbol.asyncDispose]();
    },
  };
});

describe.runIf(hasContracts())('with its contract', () => {
  describeMailer('of SendGrid', async () => {
    const sendgrid = await openSendgrid();
    const plan = (fault: Fault) => () => {
      sendgrid.faults.add(fault);
      return 'ada@example.com';
    };
    const options = { apiKey: SENDGRID_KEY, timeoutMs: TIMEOUT_MS };
    return {
      mailer: createSendgridMailer({ ...options, baseUrl: sendgrid.url }, FROM),
      arrived: async () => sendgrid.mails,
      faults: {
        refused: 'nobody@shop.invalid',
        losesAnswer: plan({ at: 'after', does: 'cut' }),
        hangsAfterEffect: plan({ at: 'after', does: 'hang' }),
        isBusy: plan({ at: 'before', does: { status: 429, headers: { 'retry-after': '1' } } }),
        away: createSendgridMailer({ ...options, baseUrl: NOBODY }, FROM),
      },
      ofTwo: 2,
      [Symbol.asyncDispose]: () => sendgrid[Symbol.asyncDispose](),
    };
  });
});
