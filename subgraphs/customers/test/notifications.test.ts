import { signWebhook } from '@cartograph/sandbox/webhooks';
import { describe, expect, it } from 'vitest';
import { undeliverable } from '../src/domain/send-failure.ts';
import { newCustomer, ORDERS, openWorld, SANDBOX_SECRET, SUPPORT, until, type World } from './world.ts';

const SEND = 'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }';
const LIST = '{ notifications { nodes { id template channel recipient subject status attempts sentAt } } }';
const GIVEN_UP = /* GraphQL */ `
  query ($status: [NotificationStatus!]) { notifications(status: $status) { nodes { id attempts lastError } } }
`;
const RESEND = /* GraphQL */ `
  mutation ($id: ID!) {
    resendNotification(id: $id) { __typename ... on ResendNotificationSuccess { notification { status lastError } } }
  }
`;
interface Failed {
  readonly attempts: number;
}
const ORDER = {
  key: 'order-confirmed:Order:1',
  template: 'order-confirmed',
  to: 'Ada@example.com',
  data: JSON.stringify({ orderNumber: '1001', lines: [] }),
};
const send = (world: World, input: object) => world.as(ORDERS)(SEND, { input });
const list = async (world: World) => (await world.as(SUPPORT)(LIST)).data.notifications.nodes;
const reaches = (world: World, status: string) =>
  until(`status ${status}`, async () => (await list(world)).find((n: { status: string }) => n.status === status));

async function report(world: World, event: object, { secret = SANDBOX_SECRET, now = Date.now(), change = '' } = {}) {
  const body = JSON.stringify(event);
  const response = await fetch(new URL('/webhooks/sandbox', world.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sandbox-signature': signWebhook(secret, body, now) },
    body: body + change,
  });
  return response.status;
}

describe('a message', () => {
  it('is sent once per key, however often and at once it is ordered', async () => {
    await using world = await openWorld();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(world, ORDER)));
    expect(answers.map(({ data }) => data.sendNotification)).toEqual(Array(10).fill(true));
    await reaches(world, 'SENT');
    expect((await send(world, ORDER)).data.sendNotification).toBe(true);
    expect(await list(world)).toMatchObject([
      {
        template: 'order-confirmed',
        channel: 'EMAIL',
        recipient: 'ada@example.com',
        subject: 'Your order 1001',
        attempts: 1,
      },
    ]);
    expect(world.mails).toHaveLength(1);
  });

  it('to a phone number is a text message', async () => {
    await using world = await openWorld();
    const { id: customerId } = await newCustomer(world, 'ada@example.com', { consentTo: ['SMS'] });
    await send(world, { ...ORDER, key: 'sms', to: '+49 170 1234567', locale: 'de', customerId });
    await until('the text message', () => world.texts[0]);
    expect(world.texts).toMatchObject([
      { to: '+491701234567', text: 'Test Shop: Danke! Ihre Bestellung 1001 ist da.' },
    ]);
    const refused = await send(world, {
      key: 'x',
      template: 'password-reset',
      to: '+491701234567',
      data: '{"tokenId":"Link:1"}',
    });
    expect(refused.errors?.[0]?.message).toContain('not for text messages');
  });

  it('that could never be sent is refused while its sender still listens', async () => {
    await using world = await openWorld();
    const wrong: [object, string][] = [
      [{ template: 'nonsense' }, 'There is no template'],
      [{ data: '[]' }, 'JSON object'],
      [{ data: '{' }, 'JSON object'],
      [{ data: '{}' }, 'needs "orderId"'],
      [{ to: 'nobody' }, 'e-mail address, or a phone number'],
      [{ locale: 'klingon!' }, 'language tag'],
      [{ key: '' }, '"key"'],
    ];
    for (const [change, message] of wrong) {
      const { errors } = await send(world, { ...ORDER, ...change });
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining(message),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    expect(await list(world)).toEqual([]);
  });

  it('is tried again with growing pauses while the mail server is away, and given up after ten attempts', async () => {
    let away = true;
    const ids: string[] = [];
    await using world = await openWorld({
      mailer: {
        send: async ({ id }) => {
          ids.push(id);
          if (away) throw new Error('connection refused');
          return 'ok';
        },
      },
    });
    const row = async (key: string) =>
      (
        await world.db.pool.query('SELECT status, attempts, due_at, last_error FROM notifications WHERE key = $1', [
          key,
        ])
      ).rows[0];
    // Anything that is stored wakes the sender.
    const wake = (name: string) => send(world, { ...ORDER, key: name, to: '+491701234567' });
    await send(world, ORDER);
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const failed = await until(`failure ${attempt}`, async () => {
        const now = await row(ORDER.key);
        return now.attempts === attempt && ids.length === attempt && now.last_error && now.due_at < lease()
          ? now
          : null;
      });
      pauses.push(Math.round((failed.due_at.getTime() - world.ports.clock().getTime()) / 1000));
      world.pass(25);
      await wake(`wake ${attempt}`);
    }
    expect(pauses.map((pause) => Math.round(pause / 5) * 5)).toEqual([5, 10, 20]);
    away = false;
    world.pass(60);
    await wake('wake once more');
    await until('it to arrive', async () => (await row(ORDER.key)).status === 'SENT');
    expect(new Set(ids).size).toBe(1);

    away = true;
    await world.db.pool.query(
      `INSERT INTO notifications (id, key, template, channel, recipient, locale, data, subject, due_at, created_at, attempts)
       VALUES ('Notification:h', 'hopeless', 'welcome', 'EMAIL', 'a@example.com', 'en', '{}', '', now(), now(), 9)`,
    );
    await wake('wake for the last time');
    await until('it to be given up', async () => (await row('hopeless')).status === 'FAILED');
    expect(await row('hopeless')).toMatchObject({ attempts: 10, last_error: 'connection refused' });

    function lease(): Date {
      return new Date(world.ports.clock().getTime() + 45_000);
    }
  });

  it('to somebody who does not exist is given up at once', async () => {
    await using world = await openWorld({
      mailer: {
        send: async () => {
          throw undeliverable('no such mailbox');
        },
      },
    });
    await send(world, ORDER);
    expect(await reaches(world, 'FAILED')).toMatchObject({ attempts: 1 });
  });

  it('that was given up is seen by staff, with the reason, and sent once more when they say so', async () => {
    let isThere = false;
    const sent: string[] = [];
    await using world = await openWorld({
      mailer: {
        send: async ({ id }) => {
          if (!isThere) throw undeliverable('no such mailbox');
          sent.push(id);
          return 'provider-1';
        },
      },
    });
    const ada = await newCustomer(world, 'ada@example.com');
    const given = async (status: string, as = world.as(SUPPORT)) =>
      (await as(GIVEN_UP, { status: [status] })).data.notifications.nodes;
    const resend = (id: string) => world.as(SUPPORT)(RESEND, { id });
    await send(world, ORDER);
    await until('both to be given up', async () => (await given('FAILED')).length === 2);
    const [{ id, lastError }] = await given('FAILED');
    expect(lastError).toBe('no such mailbox');
    expect((await given('FAILED', ada.ask)).map((mine: { lastError: unknown }) => mine.lastError)).toEqual([null]);
    // Still away: one more attempt, and given up again.
    const { data } = await resend(id);
    expect(data.resendNotification).toMatchObject({ __typename: 'ResendNotificationSuccess' });
    await until('it to be given up again', async () => (await given('FAILED')).some((n: Failed) => n.attempts === 2));
    isThere = true;
    await Promise.all([resend(id), resend(id)]);
    await until('it to be sent', async () => (await given('SENT')).length === 1);
    expect((await resend(id)).data.resendNotification.notification).toMatchObject({ status: 'SENT', lastError: null });
    expect(sent).toEqual([id]);
    expect((await resend('Notification:01JDEM0MA00000000000000000')).data.resendNotification.__typename).toBe(
      'NotFound',
    );
    expect((await ada.ask(RESEND, { id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is sent by one of several processes', async () => {
    await using world = await openWorld();
    const notifications = world.ports.notifications;
    const now = new Date(Date.now() + 1000);
    await world.db.pool.query(
      `INSERT INTO notifications (id, key, template, channel, recipient, locale, data, subject, due_at, created_at)
       SELECT 'Notification:' || n, n, 'welcome', 'EMAIL', 'a@example.com', 'en', '{}', '', $1, $1 FROM generate_series(1, 50) n`,
      [new Date(Date.now() + 60_000)],
    );
    const later = new Date(now.getTime() + 60_000);
    const taken = await Promise.all(Array.from({ length: 10 }, () => notifications.takeDue(later, 20)));
    const ids = taken.flat().map(({ id }) => id);
    expect(ids).toHaveLength(50);
    expect(new Set(ids).size).toBe(50);

    // A process whose clock is an hour ahead leaves them to those that send them.
    expect(await notifications.takeDue(new Date(later.getTime() + 3_600_000), 20)).toEqual([]);
  });
});

describe("a provider's report", () => {
  it('takes effect once, in any order, and only with our signature', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const { id } = await reaches(world, 'SENT');
    const event = (eventId: string, type: string) => ({ id: eventId, type, data: { reference: id } });
    const statusNow = async () => (await ada.ask(LIST)).data.notifications.nodes[0].status;

    expect(await report(world, event('e0', 'message.bounced'), { secret: 'another-secret-another-secret-12345' })).toBe(
      401,
    );
    expect(await report(world, event('e0', 'message.bounced'), { now: Date.now() - 600_000 })).toBe(401);
    expect(await report(world, event('e0', 'message.bounced'), { change: ' ' })).toBe(401);
    expect(await statusNow()).toBe('SENT');

    expect(await report(world, event('e1', 'message.delivered'))).toBe(200);
    expect(await statusNow()).toBe('DELIVERED');
    await Promise.all(Array.from({ length: 5 }, () => report(world, event('e2', 'message.bounced'))));
    expect(await statusNow()).toBe('BOUNCED');
    // Sent earlier, arrived later: what bounced did not arrive.
    expect(await report(world, event('e3', 'message.delivered'))).toBe(200);
    expect(await statusNow()).toBe('BOUNCED');
    expect((await world.db.pool.query('SELECT FROM provider_events')).rowCount).toBe(3);

    expect(await report(world, event('e4', 'message.opened'))).toBe(200);
    expect(await report(world, { hello: 'world' })).toBe(400);
    expect(
      await report(world, { id: 'e5', type: 'message.delivered', data: { reference: 'Notification:unknown' } }),
    ).toBe(200);
  });

  it('that comes before our own note of having sent it is not overwritten by that note', async () => {
    const arrived: string[] = [];
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    await using world = await openWorld({
      mailer: {
        send: async ({ id }) => {
          arrived.push(id);
          await gate;
          return 'p1';
        },
      },
    });
    await send(world, ORDER);
    const reference = await until('the mail to leave', () => arrived[0]);
    await report(world, { id: 'e1', type: 'message.delivered', data: { reference } });
    go();
    await until(
      'our note',
      async () => (await world.db.pool.query(`SELECT FROM notifications WHERE provider_id = 'p1'`)).rowCount === 1,
    );
    expect((await list(world))[0].status).toBe('DELIVERED');
  });
});
