import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createTwilioSms } from '../src/adapters/twilio/sms.ts';
import { createWhatsappChat } from '../src/adapters/whatsapp/chat.ts';
import { receiveTwilio } from '../src/http/twilio-webhook.ts';
import { receiveWhatsapp } from '../src/http/whatsapp-webhook.ts';
import { SMS } from './sms.contract.ts';
import { openTwilio, PUBLIC_URL, TWILIO } from './twilio-double.ts';
import { openWhatsapp, WHATSAPP } from './whatsapp-double.ts';
import { newCustomer, ORDERS, openWorld, until, type World } from './world.ts';

const SEND = 'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }';

/** A shop that sends by one of them, with a customer who has agreed. */
async function shopOf(world: World) {
  const { id: customerId } = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
  const row = async (key: string) =>
    (await world.db.pool.query('SELECT * FROM notifications WHERE key = $1', [key])).rows[0];
  const order = (key: string) =>
    world.as(ORDERS)(SEND, {
      input: { key, template: 'shipment-sent', data: JSON.stringify({ orderNumber: key }), to: SMS.to, customerId },
    });
  return {
    ...{ customerId, row, order },
    async sent(key: string) {
      await order(key);
      await until('it to be sent', async () => (await row(key)).status === 'SENT');
    },
    withdrawn: () =>
      until('the consent to be withdrawn', async () => {
        const { rows } = await world.db.pool.query(`SELECT granted FROM consents WHERE topic = 'SMS'`);
        return rows[0].granted === false;
      }),
  };
}

async function openTwilioShop() {
  let target = '';
  const twilio = await openTwilio(() => target);
  const options = { ...TWILIO, webhookUrl: PUBLIC_URL };
  const world = await openWorld(
    { sms: createTwilioSms({ ...options, baseUrl: twilio.url, timeoutMs: 1_500 }) },
    { webhooks: [receiveTwilio(options)] },
  );
  target = new URL('/webhooks/twilio', world.url).href;
  return {
    ...{ twilio, world, target, ...(await shopOf(world)) },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await twilio[Symbol.asyncDispose]();
    },
  };
}

async function openWhatsappShop() {
  let target = '';
  const whatsapp = await openWhatsapp(() => target);
  const world = await openWorld(
    { sms: createWhatsappChat({ ...WHATSAPP, baseUrl: whatsapp.url, timeoutMs: 1_500 }) },
    { webhooks: [receiveWhatsapp(WHATSAPP)] },
  );
  target = new URL('/webhooks/whatsapp', world.url).href;
  return {
    ...{ whatsapp, world, target, ...(await shopOf(world)) },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await whatsapp[Symbol.asyncDispose]();
    },
  };
}

describe.runIf(hasContracts())('what Twilio tells', () => {
  it('of a message takes effect in any order and once', async () => {
    await using shop = await openTwilioShop();
    const orders: [string[], string][] = [
      [['queued', 'sent', 'delivered'], 'DELIVERED'],
      [['delivered', 'sent', 'queued'], 'DELIVERED'],
      [['sent', 'undelivered'], 'BOUNCED'],
      [['failed', 'sent'], 'BOUNCED'],
    ];
    for (const [index, [statuses, end]] of orders.entries()) {
      await shop.sent(`k${index}`);
      const message = shop.twilio.messages.at(-1);
      for (const status of [...statuses, ...statuses]) expect(await shop.twilio.happens(message, status)).toBe(200);
      expect((await shop.row(`k${index}`)).status).toBe(end);
    }
  });

  it('is believed only when Twilio signed the address and the fields', async () => {
    await using shop = await openTwilioShop();
    await shop.sent('k');
    const [message] = shop.twilio.messages;
    const url = message?.statusCallback ?? '';
    const fields = { MessageSid: message?.sid ?? '', MessageStatus: 'failed' };
    const post = async ({ body, headers }: { body: string; headers: Record<string, string> }, to = url) =>
      (await fetch(shop.target + to.slice(PUBLIC_URL.length), { method: 'POST', body, headers })).status;
    const right = shop.twilio.signed(url, fields);
    expect(await post({ ...right, headers: {} })).toBe(401);
    expect(await post({ ...right, body: right.body.replace('failed', 'delivered') })).toBe(401);
    expect(await post(right, url.replace('notification=', 'notification=x'))).toBe(401);
    expect(await post(shop.twilio.signed(url, fields, 'd'.repeat(32)))).toBe(401);
    expect((await shop.row('k')).status).toBe('SENT');
    expect(await post(shop.twilio.signed(`${PUBLIC_URL}/messages`, fields), `${PUBLIC_URL}/messages`)).toBe(200);
    expect(await post(right)).toBe(200);
    expect((await shop.row('k')).status).toBe('BOUNCED');
  });

  it('is a stop word, which withdraws the consent', async () => {
    await using shop = await openTwilioShop();
    await shop.sent('k');
    expect(await shop.twilio.answers(SMS.to, 'thanks', 'SM1')).toBe(200);
    expect(await shop.twilio.answers(SMS.to, 'STOP', 'SM2')).toBe(200);
    await shop.withdrawn();
    await shop.order('after');
    await until('it to end', async () => (await shop.row('after')).status === 'CANCELLED');
    expect(shop.twilio.messages).toHaveLength(1);
  });

  it('keeps a message whose answer was lost from going out again', async () => {
    await using shop = await openTwilioShop();
    shop.twilio.faults.add({ operation: 'CreateMessage', at: 'after', does: 'cut' });
    await shop.order('k');
    await until('the failure', async () => (await shop.row('k')).last_error);
    shop.world.pass(3_600);
    await shop.sent('another');
    await until('it to be known as sent', async () => (await shop.row('k')).status === 'SENT');
    expect((await shop.row('k')).provider_id).toBe(shop.twilio.messages[0]?.sid);
    expect(shop.twilio.messages).toHaveLength(2);
  });
});

describe.runIf(hasContracts())('what WhatsApp tells', () => {
  it('of a message takes effect in any order and once', async () => {
    await using shop = await openWhatsappShop();
    const orders: [string[], string][] = [
      [['sent', 'delivered', 'read'], 'DELIVERED'],
      [['read', 'sent'], 'DELIVERED'],
      [['sent', 'failed'], 'BOUNCED'],
    ];
    for (const [index, [statuses, end]] of orders.entries()) {
      await shop.sent(`k${index}`);
      for (const status of statuses) shop.whatsapp.happens(shop.whatsapp.messages.at(-1), status);
      expect(await shop.whatsapp.webhooks.deliver({ times: 2 })).toEqual(Array(statuses.length * 2).fill(200));
      expect((await shop.row(`k${index}`)).status).toBe(end);
    }
  });

  it('is a stop word, typed or on a button', async () => {
    await using shop = await openWhatsappShop();
    const { whatsapp } = shop;
    await shop.sent('k');
    whatsapp.answers(SMS.to, 'STOP', 'wamid.stop');
    expect(await whatsapp.webhooks.deliver()).toEqual([200]);
    await shop.withdrawn();
    // Meta's own sample of a button is "Unsubscribe", from another number.
    whatsapp.add(whatsapp.samples().get('Button Message') ?? {});
    expect(await whatsapp.webhooks.deliver()).toEqual([200]);
    expect(await shop.world.ports.textReplies.isStopped(SMS.to)).toBe(true);
    await until('the other number', () => shop.world.ports.textReplies.isStopped('+16505551234'));
  });

  it('is taken in every form of which the contract has a sample', async () => {
    await using shop = await openWhatsappShop();
    const samples = [...shop.whatsapp.samples().values()];
    expect(samples.length).toBeGreaterThan(10);
    for (const sample of samples) shop.whatsapp.add(sample);
    expect(await shop.whatsapp.webhooks.deliver()).toEqual(samples.map(() => 200));
  });

  it('is believed only when the app signed the very bytes', async () => {
    await using shop = await openWhatsappShop();
    await shop.sent('k');
    shop.whatsapp.happens(shop.whatsapp.messages[0], 'failed');
    const [{ body, headers } = { body: '', headers: {} }] = shop.whatsapp.webhooks.waiting;
    const post = async (text: string, given: Record<string, string>) =>
      (await fetch(shop.target, { method: 'POST', body: text, headers: given })).status;
    expect(await post(`${body} `, headers)).toBe(401);
    expect(await post(body, {})).toBe(401);
    expect(await post(body, shop.whatsapp.signed(body, 'd'.repeat(32)).headers)).toBe(401);
    for (const odd of ['{', 'null', '{"entry":1}', '{"entry":[null]}'])
      expect(await post(odd, shop.whatsapp.signed(odd).headers)).toBe(400);
    expect((await shop.row('k')).status).toBe('SENT');
  });

  it('begins with a challenge that only the owner of the app can have sent', async () => {
    await using shop = await openWhatsappShop();
    const ask = async (token: string, mode = 'subscribe') => {
      const query = new URLSearchParams({ 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': '1158201444' });
      const answer = await fetch(`${shop.target}?${query}`);
      return [answer.status, answer.status === 200 ? await answer.text() : ''];
    };
    expect(await ask(WHATSAPP.verifyToken)).toEqual([200, '1158201444']);
    expect(await ask('another-word')).toEqual([403, '']);
    expect(await ask(WHATSAPP.verifyToken, 'unsubscribe')).toEqual([403, '']);
  });
});
