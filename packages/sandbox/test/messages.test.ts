import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { isSignedWebhook } from '@cartograph/runtime/signed-webhook';
import { describe, expect, it } from 'vitest';
import { createMessagesSandbox } from '../src/messages/server.ts';

const SECRET = 'a-secret-for-the-sandbox-0123456789';
const EMAIL = {
  from: 'shop@example.com',
  to: 'ada@example.com',
  subject: 'Hello',
  text: 'Hi',
  reference: 'Notification:1',
};

interface Event {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly reference: string };
}

/** The shop's end of the webhooks. */
async function openReceiver(status = () => 200) {
  const events: Event[] = [];
  const forged: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const code = status();
    if (!isSignedWebhook(SECRET, request.headers['sandbox-signature'], body)) forged.push(body.toString());
    else if (code < 300) events.push(JSON.parse(body.toString()));
    response.writeHead(code).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    events,
    forged,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => void server.close(() => closed()));
    },
  };
}

async function openSandbox(folder: string, url: () => string | undefined = () => undefined) {
  const sandbox = createMessagesSandbox({
    port: 0,
    folder: join(folder, 'out'),
    journalPath: join(folder, 'ledger.jsonl'),
    webhook: { url, secret: SECRET },
    logger: createLogger('sandbox', 'silent'),
  });
  const origin = await sandbox.listen();
  const post = async (path: string, key: string | null, body: unknown) => {
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as { id?: string; error?: string }) };
  };
  const get = async (path: string) => (await fetch(origin + path)).json() as Promise<any>;
  return { post, get, [Symbol.asyncDispose]: () => sandbox.close() };
}

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cartograph-sandbox-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function until(look: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !look(); ) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

describe('the messages sandbox', () => {
  it('takes a message once per key, also when it comes ten times at once', async () => {
    await using folder = await tempFolder();
    await using sandbox = await openSandbox(folder.path);
    const answers = await Promise.all(Array.from({ length: 10 }, () => sandbox.post('/v1/emails', 'k1', EMAIL)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(join(folder.path, 'out'))).toHaveLength(1);
    expect(await sandbox.post('/v1/emails', 'k1', { ...EMAIL, text: 'Other' })).toMatchObject({ status: 409 });
    expect(await sandbox.post('/v1/sms', 'k1', { to: '+491701234567', text: 'Hi' })).toMatchObject({ status: 409 });
    expect((await sandbox.get('/v1/messages')).messages).toHaveLength(1);
  });

  it('refuses what no provider could send, and says why', async () => {
    await using folder = await tempFolder();
    await using sandbox = await openSandbox(folder.path);
    const wrong: [string, string | null, unknown, number, string][] = [
      ['/v1/emails', null, EMAIL, 400, 'Idempotency-Key'],
      ['/v1/emails', 'a', '{', 400, 'not JSON'],
      ['/v1/emails', 'a', [], 400, 'JSON object'],
      ['/v1/emails', 'a', { ...EMAIL, to: 'nobody' }, 422, '"to"'],
      ['/v1/emails', 'a', { ...EMAIL, subject: 'a\r\nBcc: b@example.com' }, 422, '"subject"'],
      ['/v1/emails', 'a', { ...EMAIL, text: '' }, 422, '"text"'],
      ['/v1/sms', 'a', { to: '0170', text: 'Hi' }, 422, '"to"'],
      ['/v1/sms', 'a', { to: '+491701234567', text: 'x'.repeat(1601) }, 422, '"text"'],
    ];
    for (const [path, key, body, status, error] of wrong)
      expect(await sandbox.post(path, key, body)).toEqual({ status, error: expect.stringContaining(error) });
    expect((await sandbox.get('/v1/messages')).messages).toEqual([]);
  });

  it('reports with a signature what arrived and what bounced, again until it is heard', async () => {
    await using folder = await tempFolder();
    let refusals = 2;
    await using receiver = await openReceiver(() => (refusals-- > 0 ? 500 : 200));
    await using sandbox = await openSandbox(folder.path, () => receiver.url);
    await sandbox.post('/v1/emails', 'k1', EMAIL);
    await sandbox.post('/v1/emails', 'k2', { ...EMAIL, to: 'bounce@example.com', reference: 'Notification:2' });
    const sms = await sandbox.post('/v1/sms', 'k3', { to: '+491701230000', text: 'Hi', reference: 'Notification:3' });
    await until(() => receiver.events.length === 3);
    const ends = receiver.events.map(({ type, data }) => [data.reference, type]).sort();
    expect(ends).toEqual([
      ['Notification:1', 'message.delivered'],
      ['Notification:2', 'message.bounced'],
      ['Notification:3', 'message.bounced'],
    ]);
    expect(receiver.forged).toEqual([]);
    expect(await sandbox.get(`/v1/messages/${sms.id}`)).toMatchObject({ channel: 'sms', status: 'bounced' });
    expect(await readFile(join(folder.path, 'out', `${sms.id}.txt`), 'utf8')).toBe('To: +491701230000\n\nHi\n');
  });

  it('remembers after a restart what it took, and says again how it ended', async () => {
    await using folder = await tempFolder();
    let first: string | undefined;
    {
      await using sandbox = await openSandbox(folder.path);
      first = (await sandbox.post('/v1/emails', 'k1', EMAIL)).id;
    }
    await using receiver = await openReceiver();
    const told = () => receiver.events.map(({ data }) => data.reference);
    {
      await using sandbox = await openSandbox(folder.path, () => receiver.url);
      expect((await sandbox.post('/v1/emails', 'k1', EMAIL)).id).toBe(first);
      await until(() => receiver.events.length === 1);
      expect(receiver.events[0]).toMatchObject({ type: 'message.delivered', data: { messageId: first } });
      expect(await readdir(join(folder.path, 'out'))).toHaveLength(1);
    }
    {
      // What has been heard is not said again: after a busy hour that would be a start of a minute.
      await using sandbox = await openSandbox(folder.path, () => receiver.url);
      await sandbox.post('/v1/emails', 'k2', { ...EMAIL, reference: 'Notification:2' });
    } // Waits for what is under way.
    expect(told()).toEqual(['Notification:1', 'Notification:2']);
  });
});
