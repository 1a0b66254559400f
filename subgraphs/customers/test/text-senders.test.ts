import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import type { Fault } from '@cartograph/contract-server/faults';
import { prepareListed, webhooksOf } from '@cartograph/providers/provider';
import { createLogger } from '@cartograph/runtime/logger';
import { createMessagesSandbox } from '@cartograph/sandbox/messages/server';
import { describe, expect, it } from 'vitest';
import { createFallback } from '../src/adapters/fallback.ts';
import { createFolderSms } from '../src/adapters/folder-messages.ts';
import { createSandboxMessages } from '../src/adapters/sandbox-messages.ts';
import { twilio as twilioProvider } from '../src/adapters/twilio/provider.ts';
import { createTwilioSms } from '../src/adapters/twilio/sms.ts';
import { createWhatsappChat } from '../src/adapters/whatsapp/chat.ts';
import { whatsapp as whatsappProvider } from '../src/adapters/whatsapp/provider.ts';
import { sendFailureOf } from '../src/domain/send-failure.ts';
import { openSenders, TEXTS } from '../src/providers.ts';
import { FROM } from './mailer.contract.ts';
import { describeSms, SMS } from './sms.contract.ts';
import { openTwilio, PUBLIC_URL, TWILIO } from './twilio-double.ts';
import { openWhatsapp, WHATSAPP } from './whatsapp-double.ts';

const TIMEOUT_MS = 1_500;
const NOBODY = 'http://127.0.0.1:1';
const twilioAt = (baseUrl: string, changes: object = {}) =>
  createTwilioSms({ ...TWILIO, webhookUrl: PUBLIC_URL, baseUrl, timeoutMs: TIMEOUT_MS, ...changes });
const whatsappAt = (baseUrl: string, changes: object = {}) =>
  createWhatsappChat({ ...WHATSAPP, baseUrl, timeoutMs: TIMEOUT_MS, ...changes });

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cartograph-texts-'));
  const texts = async () => {
    const names = (await readdir(path)).filter((name) => name.endsWith('.txt'));
    const contents = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
    return contents.map((content) => {
      const [, to = '', text = ''] = /^To: (.*)\n\n(.*)\n$/.exec(content) ?? [];
      return { to, text };
    });
  };
  return { path, texts, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describeSms('to a folder', async () => {
  const folder = await tempFolder();
  return {
    sms: createFolderSms(folder.path),
    arrived: folder.texts,
    ofTwo: 1,
    ofTwoWhenTold: 1,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

describeSms('of the sandbox', async () => {
  const folder = await tempFolder();
  const sandbox = createMessagesSandbox({
    port: 0,
    folder: folder.path,
    webhook: { url: () => undefined, secret: 'secret' },
    logger: createLogger('sandbox', 'silent'),
  });
  return {
    sms: createSandboxMessages(await sandbox.listen(), FROM, 2_000).sms,
    arrived: folder.texts,
    ofTwo: 1,
    ofTwoWhenTold: 1,
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
});

describe.runIf(hasContracts())('with their contracts', () => {
  const faultsOf = ({ faults }: { readonly faults: { add(...planned: Fault[]): void } }) => {
    const plan = (fault: Fault) => () => faults.add(fault);
    return {
      refused: '+15005550001',
      losesAnswer: plan({ at: 'after', does: 'cut' }),
      hangsAfterEffect: plan({ at: 'after', does: 'hang' }),
      isBusy: plan({ at: 'before', does: { status: 429, body: { code: 20429, message: 'Too many', status: 429 } } }),
    };
  };

  describeSms('of Twilio', async () => {
    const twilio = await openTwilio();
    return {
      sms: twilioAt(twilio.url),
      arrived: async () => twilio.messages.map(({ to, body }) => ({ to, text: body })),
      faults: { ...faultsOf(twilio), away: twilioAt(NOBODY) },
      ofTwo: 2,
      // It is asked what it sent.
      ofTwoWhenTold: 1,
      [Symbol.asyncDispose]: () => twilio[Symbol.asyncDispose](),
    };
  });

  describeSms('of WhatsApp', async () => {
    const whatsapp = await openWhatsapp();
    const sms = whatsappAt(whatsapp.url);
    return {
      sms,
      arrived: async () => whatsapp.messages.map(({ to, text }) => ({ to, text })),
      faults: { ...faultsOf(whatsapp), away: whatsappAt(NOBODY) },
      ofTwo: 2,
      // Only its events tell.
      ofTwoWhenTold: 2,
      async [Symbol.asyncDispose]() {
        await sms.close?.();
        await whatsapp[Symbol.asyncDispose]();
      },
    };
  });

  it('Twilio is not asked to send what it cannot be asked about', async () => {
    await using twilio = await openTwilio();
    const again = { ...SMS, perhapsSentSince: new Date(Date.now() - 60_000) };
    twilio.faults.add({ operation: 'ListMessage', at: 'before', does: { status: 500 }, times: 3 });
    expect(await twilioAt(twilio.url).send(again).catch(sendFailureOf)).toBe('perhaps-sent');
    expect(twilio.messages).toEqual([]);
    // Another one to the same number, and the same one from before this was ordered, are not it.
    const sms = twilioAt(twilio.url);
    await sms.send({ ...SMS, text: 'another' });
    await sms.send(again);
    expect(twilio.messages).toHaveLength(2);
    await sms.send({ ...again, perhapsSentSince: new Date(Date.now() + 60_000) });
    expect(twilio.messages).toHaveLength(3);
  });

  it('a number that has stopped at Twilio is given up, and our own settings are not the number', async () => {
    await using twilio = await openTwilio();
    expect(
      await twilioAt(twilio.url)
        .send({ ...SMS, to: '+15005550004' })
        .catch(sendFailureOf),
    ).toBe('undeliverable');
    const other = twilioAt(twilio.url, { from: '+15005550007' });
    expect(await other.send(SMS).catch(sendFailureOf)).toBe('not-sent');
    const errors = await Promise.all([
      twilioAt(twilio.url, { authToken: 'f'.repeat(32) })
        .send(SMS)
        .catch((error: unknown) => error),
      twilioAt(NOBODY, { authToken: 'f'.repeat(32) })
        .send(SMS)
        .catch((error: unknown) => error),
    ]);
    expect(errors.map(sendFailureOf)).toEqual(['not-sent', 'not-sent']);
    const basic = Buffer.from(`${TWILIO.accountSid}:${'f'.repeat(32)}`).toString('base64');
    const shown = inspect(errors, { depth: 20, showHidden: true });
    expect(shown).not.toContain('ffffffffffff');
    expect(shown).not.toContain(basic);
  });

  it('an SMS goes where WhatsApp surely did nothing, in the language of its reader', async () => {
    await using whatsapp = await openWhatsapp();
    await using twilio = await openTwilio();
    const passed: string[] = [];
    const sender = createFallback(
      [
        { name: 'whatsapp', sender: whatsappAt(whatsapp.url) },
        { name: 'twilio', sender: twilioAt(twilio.url) },
      ],
      (from, to) => passed.push(`${from} ${to}`),
    );
    whatsapp.faults.add({ at: 'before', does: { status: 429 } });
    await sender.send(SMS);
    await sender.send(SMS);
    expect([twilio.messages.length, whatsapp.messages.length, passed]).toEqual([1, 1, ['whatsapp twilio']]);
    expect(whatsapp.messages[0]?.language).toBe('de');
    await sender.close?.();
  });

  it('connections are checked without sending anything, and no secret is in what is said', async () => {
    await using twilio = await openTwilio();
    await using whatsapp = await openWhatsapp();
    const env = {
      TWILIO_ACCOUNT_SID: TWILIO.accountSid,
      TWILIO_AUTH_TOKEN: TWILIO.authToken,
      TWILIO_FROM: TWILIO.from,
      TWILIO_WEBHOOK_URL: PUBLIC_URL,
      TWILIO_URL: twilio.url,
      WHATSAPP_ACCESS_TOKEN: WHATSAPP.accessToken,
      WHATSAPP_PHONE_NUMBER_ID: WHATSAPP.phoneNumberId,
      WHATSAPP_TEMPLATE: WHATSAPP.template,
      WHATSAPP_APP_SECRET: WHATSAPP.appSecret,
      WHATSAPP_VERIFY_TOKEN: WHATSAPP.verifyToken,
      WHATSAPP_URL: whatsapp.url,
    };
    expect(await (await twilioProvider.check(env))()).toBe('the account may read its messages');
    expect(await (await whatsappProvider.check(env))()).toBe('the token may act for the number');
    const wrong = { ...env, TWILIO_AUTH_TOKEN: 'f'.repeat(32), WHATSAPP_ACCESS_TOKEN: 'EAAAnotherTokenThatIsWrong' };
    await expect((await twilioProvider.check(wrong))()).rejects.toThrow(/20003(?!.*fff)/);
    await expect((await whatsappProvider.check(wrong))()).rejects.toThrow(/190(?!.*Another)/);
    expect([twilio.messages, whatsapp.messages]).toEqual([[], []]);
    const listed = { ...env, TEXT_SENDERS: 'whatsapp,twilio' };
    const prepared = prepareListed(listed, TEXTS);
    expect(await webhooksOf(prepared)).toHaveLength(2);
    const sender = await openSenders(prepared, { mailFrom: '', mailDir: '' }, () => {});
    await sender.close?.();
    for (const name of Object.keys(env).filter((name) => !name.endsWith('_URL')))
      expect(() => prepareListed({ ...listed, [name]: '?' }, TEXTS)).toThrow(`${name} is malformed`);
  });
});
