import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createSendgridMailer } from '../src/adapters/sendgrid/mailer.ts';
import { sendgrid as provider } from '../src/adapters/sendgrid/provider.ts';
import { receiveSendgridEvents } from '../src/http/sendgrid-webhook.ts';
import { FROM } from './mailer.contract.ts';
import { openSendgrid, SENDGRID_KEY } from './sendgrid-double.ts';
import { ORDERS, openWorld, until } from './world.ts';

const SEND = 'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }';
const DATA = JSON.stringify({ orderNumber: '1001' });

/** A shop that sends by SendGrid, and SendGrid that reports to the shop. */
async function openShop(timeoutMs = 1_500) {
  let target = '';
  const sendgrid = await openSendgrid(() => target);
  const options = { apiKey: SENDGRID_KEY, baseUrl: sendgrid.url, timeoutMs };
  const world = await openWorld(
    { mailer: createSendgridMailer(options, FROM) },
    { webhooks: [receiveSendgridEvents(sendgrid.publicKey)] },
  );
  target = new URL('/webhooks/sendgrid', world.url).href;
  return {
    ...{ sendgrid, world, target },
    order: (key: string, to = 'ada@example.com') =>
      world.as(ORDERS)(SEND, { input: { key, template: 'order-confirmed', to, data: DATA } }),
    async row(key: string) {
      const { rows } = await world.db.pool.query('SELECT * FROM notifications WHERE key = $1', [key]);
      return rows[0];
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await sendgrid[Symbol.asyncDispose]();
    },
  };
}
type Shop = Awaited<ReturnType<typeof openShop>>;

async function sent(shop: Shop, key: string) {
  await shop.order(key);
  await until('the mail to be sent', async () => (await shop.row(key)).status === 'SENT');
  return shop.sendgrid.mails.at(-1);
}

describe.runIf(hasContracts())('the events of SendGrid', () => {
  it('say what became of a mail, in any order and however often', async () => {
    await using shop = await openShop();
    const orders = [
      ['processed', 'delivered'],
      ['delivered', 'processed'],
      ['processed', 'bounce'],
      ['bounce', 'delivered'],
      ['dropped'],
      ['deferred', 'open', 'click'],
    ];
    const ends: string[] = [];
    for (const [index, kinds] of orders.entries()) {
      const mail = await sent(shop, `k${index}`);
      for (const kind of kinds) shop.sendgrid.happens(mail, kind);
      expect(await shop.sendgrid.webhooks.deliver({ times: 2 })).toEqual(Array(kinds.length * 2).fill(200));
      ends.push((await shop.row(`k${index}`)).status);
    }
    expect(ends).toEqual(['DELIVERED', 'DELIVERED', 'BOUNCED', 'BOUNCED', 'BOUNCED', 'SENT']);
  });

  it('come many at once, also of mails that are not ours', async () => {
    await using shop = await openShop();
    const mail = await sent(shop, 'k');
    const body = JSON.stringify([
      { email: 'x@example.com', event: 'bounce', sg_event_id: 'other', timestamp: 1 },
      null,
      { event: 'delivered', sg_event_id: 'e', ...mail?.args },
    ]);
    shop.sendgrid.webhooks.add(shop.sendgrid.signed(body));
    expect(await shop.sendgrid.webhooks.deliver()).toEqual([200]);
    expect((await shop.row('k')).status).toBe('DELIVERED');
  });

  it('are believed only with the signature of the very bytes', async () => {
    await using shop = await openShop();
    const mail = await sent(shop, 'k');
    shop.sendgrid.happens(mail, 'bounce');
    const [{ body, headers } = { body: '', headers: {} }] = shop.sendgrid.webhooks.waiting;
    const post = async (changed: string, given: Record<string, string>) =>
      (await fetch(shop.target, { method: 'POST', body: changed, headers: given })).status;
    expect(await post(`${body} `, headers)).toBe(401);
    expect(await post(body, {})).toBe(401);
    const later = { ...headers, 'x-twilio-email-event-webhook-timestamp': '1' };
    expect(await post(body, later)).toBe(401);
    await using stranger = await openSendgrid();
    expect(await post(body, stranger.signed(body).headers)).toBe(401);
    expect((await shop.row('k')).status).toBe('SENT');
    for (const odd of ['{', '{}', 'null']) expect(await post(odd, shop.sendgrid.signed(odd).headers)).toBe(400);
  });

  it('keep a mail whose answer was lost from going out again', async () => {
    await using shop = await openShop();
    shop.sendgrid.faults.add({ operation: 'SendMail', at: 'after', does: 'cut' });
    await shop.order('k');
    await until('the failure to be noted', async () => (await shop.row('k')).last_error);
    shop.sendgrid.happens(shop.sendgrid.mails[0], 'processed');
    // Before the pause is over in which the event may come.
    shop.world.pass(60);
    await sent(shop, 'another');
    expect((await shop.row('k')).status).toBe('QUEUED');
    expect(await shop.sendgrid.webhooks.deliver()).toEqual([200]);
    expect((await shop.row('k')).status).toBe('SENT');
    shop.world.pass(3_600);
    await sent(shop, 'a third');
    expect(
      shop.sendgrid.mails.filter(({ args }) => args.notification === shop.sendgrid.mails[0]?.args.notification),
    ).toHaveLength(1);
  });
});

describe.runIf(hasContracts())('the connection to SendGrid', () => {
  it('is checked without sending anything', async () => {
    await using sendgrid = await openSendgrid();
    const env = { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_EVENT_KEY: sendgrid.eventKey, SENDGRID_URL: sendgrid.url };
    expect(await (await provider.check(env))()).toBe('the API key may send mail');
    await expect((await provider.check({ ...env, SENDGRID_API_KEY: 'SG.wrong' }))()).rejects.toThrow(
      /401(?!.*SG\.wrong)/,
    );
    sendgrid.scopes.length = 0;
    await expect((await provider.check(env))()).rejects.toThrow('may not send mail');
    expect(sendgrid.mails).toEqual([]);
  });
});
