import { describe, expect, it } from 'vitest';
import { readQuietHours } from '../src/domain/quiet-hours.ts';
import type { OutgoingSms } from '../src/ports/senders.ts';
import { newCustomer, ORDERS, openWorld, until, type World } from './world.ts';

const SEND = 'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }';
const CONSENT =
  'mutation ($input: SetConsentInput!) { setConsent(input: $input) { ... on SetConsentSuccess { customer { consents { topic granted source } } } } }';
const PHONE = '+491701234567';
const order = (world: World, input: object) =>
  world.as(ORDERS)(SEND, { input: { template: 'shipment-sent', data: '{"orderNumber":"1001"}', to: PHONE, ...input } });
const row = async (world: World, key: string) =>
  (await world.db.pool.query('SELECT * FROM notifications WHERE key = $1', [key])).rows[0];
const ends = (world: World, key: string) =>
  until(`${key} to end`, async () => {
    const { status, last_error } = await row(world, key);
    return status === 'QUEUED' ? null : { status, why: last_error };
  });
const smsConsents = async (world: World, customerId: string) =>
  (
    await world.db.pool.query(
      `SELECT granted, source FROM consent_records WHERE customer_id = $1 AND topic = 'SMS' ORDER BY id`,
      [customerId],
    )
  ).rows;

describe('a message to a phone', () => {
  it('goes only to a customer who has agreed, as it stands when it goes', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
    const bob = await newCustomer(world, 'bob@example.com', { consentTo: ['EMAIL', 'MARKETING'] });
    await order(world, { key: 'ada', customerId: ada.id });
    await order(world, { key: 'bob', customerId: bob.id });
    await order(world, { key: 'nobody' });
    expect(await ends(world, 'ada')).toMatchObject({ status: 'SENT' });
    const refused = { status: 'CANCELLED', why: 'The customer has not agreed to this (SMS).' };
    expect(await ends(world, 'bob')).toEqual(refused);
    expect(await ends(world, 'nobody')).toEqual(refused);
    await ada.ask(CONSENT, { input: { topic: 'SMS', granted: false, source: 'profile' } });
    await order(world, { key: 'ada again', customerId: ada.id });
    expect(await ends(world, 'ada again')).toEqual(refused);
    expect(world.texts).toHaveLength(1);
  });

  it('goes beside the mail about an order, once, to whoever wants it and can be reached', async () => {
    await using world = await openWorld();
    const mailTo = async (name: string, phone: string | null, consentTo: string[], input: object = {}) => {
      const to = `${name}@example.com`;
      const { id: customerId } = await newCustomer(world, to, { consentTo, phone });
      await Promise.all(Array.from({ length: 5 }, () => order(world, { key: name, to, customerId, ...input })));
      await ends(world, name);
    };
    await mailTo('ada', '0049 (0)170 123-4567', ['SMS']);
    await mailTo('without-consent', '+49 170 1234568', ['EMAIL', 'MARKETING']);
    await mailTo('without-country', '0170 1234569', ['SMS']);
    await mailTo('without-number', null, ['SMS']);
    await mailTo('offer', '+49 170 1234570', ['SMS', 'EMAIL'], {
      template: 'abandoned-cart',
      data: '{"url":"https://shop.example.com/cart"}',
    });
    await ends(world, 'ada:text');
    expect(world.texts).toMatchObject([{ to: PHONE, text: 'Test Shop: Your order 1001 is on its way.' }]);
    const { rows } = await world.db.pool.query("SELECT key FROM notifications WHERE channel = 'SMS'");
    expect(rows).toEqual([{ key: 'ada:text' }]);
  });

  it('is not made up for by a repeat of the mail, when its owner agrees later', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { phone: PHONE });
    const mail = { key: 'k', to: 'ada@example.com', customerId: ada.id };
    await order(world, mail);
    await ada.ask(CONSENT, { input: { topic: 'SMS', granted: true, source: 'profile' } });
    await order(world, mail);
    expect(await row(world, 'k:text')).toBeUndefined();
  });

  it('waits for the end of the quiet hours, which is no attempt', async () => {
    let now = new Date('2026-01-15T03:00:00Z');
    await using world = await openWorld({ quietHours: readQuietHours('21:00-08:00', 'UTC'), clock: () => now });
    const { id: customerId } = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
    await order(world, { key: 'k', customerId });
    await until('it to be put off', async () => (await row(world, 'k')).due_at.getTime() === Date.UTC(2026, 0, 15, 7));
    expect(await row(world, 'k')).toMatchObject({ status: 'QUEUED', attempts: 0 });
    expect(world.texts).toEqual([]);
    now = new Date('2026-01-15T07:00:00Z');
    await order(world, { key: 'wakes the sender', customerId });
    expect(await ends(world, 'k')).toMatchObject({ status: 'SENT' });
  });

  it('goes nowhere after STOP, whoever it is for, until START', async () => {
    await using world = await openWorld();
    const phone = '+49 (170) 123-4567';
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS', 'EMAIL'] });
    await ada.ask('mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }', {
      input: { phone },
    });
    // Her number in another one's account: we wrote to it in his name.
    const bob = await newCustomer(world, 'bob@example.com', { consentTo: ['SMS'] });
    await order(world, { key: 'before', customerId: bob.id });
    await ends(world, 'before');
    const reply = (eventId: string, text: string) => world.receiveText({ eventId, from: PHONE, text });
    for (let time = 0; time < 2; time += 1) await reply('e1', 'Stop.');
    await until('the consents to be withdrawn', async () => (await smsConsents(world, bob.id)).length === 2);
    for (const { id } of [ada, bob])
      expect(await smsConsents(world, id)).toEqual([
        { granted: true, source: 'registration' },
        { granted: false, source: 'text message: stop' },
      ]);
    // Agreeing on the web again does not make the phone's owner agree.
    await bob.ask(CONSENT, { input: { topic: 'SMS', granted: true, source: 'profile' } });
    await order(world, { key: 'after', customerId: bob.id });
    expect(await ends(world, 'after')).toEqual({
      status: 'CANCELLED',
      why: 'The owner of this number wants no messages.',
    });
    await reply('e2', 'START');
    await until('the consent to be back', async () => (await smsConsents(world, ada.id)).at(-1).granted);
    // An event that the provider sends again, later than what followed it.
    await reply('e1', 'Stop.');
    await reply('e3', 'thank you');
    await order(world, { key: 'again', customerId: ada.id });
    expect(await ends(world, 'again')).toMatchObject({ status: 'SENT' });
    const { rows } = await world.db.pool.query('SELECT count(*)::int AS left FROM outbox');
    expect(rows).toEqual([{ left: 0 }]);
  });

  it('goes nowhere when its owner has said no since they wrote START, which was heard of late', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
    await order(world, { key: 'before', customerId: ada.id });
    await ends(world, 'before');
    await ada.ask(CONSENT, { input: { topic: 'SMS', granted: false, source: 'profile' } });
    const wish = { eventId: 'e1', phone: PHONE, wish: 'start', at: new Date(Date.now() - 3_600_000) };
    await world.db.pool.query(`INSERT INTO outbox (id, topic, key, payload) VALUES ('e1', 'text-wish', 'text', $1)`, [
      JSON.stringify(wish),
    ]);
    await until('the wish to be heard', async () => (await world.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    expect((await smsConsents(world, ada.id)).at(-1)).toEqual({ granted: false, source: 'profile' });
  });

  it('tells its sender when an earlier attempt may have sent it', async () => {
    const seen: OutgoingSms[] = [];
    await using world = await openWorld({
      sms: {
        send: async (sms) => {
          seen.push(sms);
          if (seen.length === 1) throw new Error('lost');
          return 'ok';
        },
      },
    });
    const { id: customerId } = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
    await order(world, { key: 'k', customerId });
    await until('the failure', async () => (await row(world, 'k')).last_error);
    world.pass(60);
    await order(world, { key: 'another', customerId });
    await ends(world, 'k');
    const [first, ...later] = seen;
    expect(first?.perhapsSentSince).toBeNull();
    const again = later.find(({ id }) => id === first?.id);
    expect(again?.perhapsSentSince).toEqual((await row(world, 'k')).created_at);
  });
});

describe('an advertisement by mail', () => {
  it('goes only to a customer who has agreed to offers', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { consentTo: ['EMAIL'] });
    const bob = await newCustomer(world, 'bob@example.com', { consentTo: ['SMS'] });
    const cart = { template: 'abandoned-cart', data: '{"url":"https://shop.example.com/cart"}' };
    await order(world, { ...cart, key: 'ada', to: 'ada@example.com', customerId: ada.id });
    await order(world, { ...cart, key: 'bob', to: 'bob@example.com', customerId: bob.id });
    expect(await ends(world, 'ada')).toMatchObject({ status: 'SENT' });
    expect(await ends(world, 'bob')).toMatchObject({ status: 'CANCELLED' });
  });
});
