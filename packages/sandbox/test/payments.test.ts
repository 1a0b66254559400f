import { createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it } from 'vitest';
import { createPaymentsSandbox, type PaymentsSandboxOptions } from '../src/payments/server.ts';

const SECRET = 'a-webhook-secret';

/** `patience` in ms is how long an answer is waited for: short only where none may come. */
async function open({ patience = 10_000, ...options }: Partial<PaymentsSandboxOptions> & { patience?: number } = {}) {
  const server = createPaymentsSandbox({
    port: 0,
    webhook: { url: () => undefined, secret: SECRET },
    webhookDelayMs: 0,
    lateMs: 50,
    logger: createLogger('sandbox', 'silent'),
    ...options,
  });
  const origin = await server.listen();
  const call = async (method: string, path: string, body?: object, key?: string, apiKey = 'sk_sandbox') => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(key && { 'idempotency-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  };
  const pay = (token: string, key: string, extra: object = {}) =>
    call('POST', '/v1/payments', { token, reference: key, amount: 12_34, currency: 'EUR', ...extra }, key);
  return { origin, call, pay, [Symbol.asyncDispose]: () => server.close() };
}

/** Takes webhooks, and remembers those that were signed well. */
async function listenForEvents({ failFirst = 0 } = {}) {
  const events: { id: string; type: string; data: { version: number } }[] = [];
  let left = failFirst;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [t, v1] = String(request.headers['sandbox-signature'])
        .split(',')
        .map((part) => part.slice(part.indexOf('=') + 1));
      const isSigned = v1 === createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex');
      if (isSigned && left === 0) events.push(JSON.parse(body));
      response.statusCode = isSigned && left === 0 ? 200 : 500;
      left = Math.max(0, left - 1);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { events, url, [Symbol.asyncDispose]: async () => void server.close() };
}

async function until(isTrue: () => boolean | Promise<boolean>) {
  for (let left = 500; !(await isTrue()); left -= 1) {
    if (left === 0) throw new Error('it did not become true');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

describe('the payments sandbox', () => {
  it('refuses a wrong API key, nonsense, and a key that is used for something else', async () => {
    await using one = await open();
    expect((await one.call('GET', '/v1/ledger', undefined, undefined, 'sk_wrong')).status).toBe(401);
    expect((await one.call('POST', '/v1/payments', { token: 'tok_success' })).status).toBe(400);
    expect((await one.pay('tok_success', 'a', { amount: -1 })).status).toBe(400);
    expect((await one.pay('tok_success', 'a', { currency: 'XXZ' })).status).toBe(400);
    expect((await one.pay('tok_nonsense', 'a')).body.error.code).toBe('invalid_token');
    expect((await one.pay('tok_success', 'a')).status).toBe(200);
    expect((await one.pay('tok_success', 'a', { amount: 1 })).body.error.code).toBe('idempotency_key_reused');
    expect((await one.call('GET', '/v1/payments/pay_none')).status).toBe(404);
  });

  it('answers one key alike however often it comes, and charges once', async () => {
    await using one = await open();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => one.pay('tok_success', 'a', { capture_method: 'automatic' })),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { body } = await one.call('GET', '/v1/ledger');
    expect(body.data).toMatchObject([{ type: 'charge', reference: 'a', amount: 12_34 }]);
  });

  it('knows after a restart what it knew before, keys and late payments included', async () => {
    const journalPath = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'payments.jsonl');
    let id = '';
    {
      await using first = await open({ journalPath, lateMs: 60_000 });
      id = (await first.pay('tok_success', 'a', { capture_method: 'automatic' })).body.id;
      await first.call('POST', `/v1/payments/${id}/refunds`, { amount: 34, reference: 'r' }, 'r');
      expect((await first.pay('tok_late', 'late')).body.status).toBe('processing');
    }
    await using second = await open({ journalPath, lateMs: 0 });
    expect((await second.pay('tok_success', 'a', { capture_method: 'automatic' })).body.id).toBe(id);
    expect(
      (await second.call('POST', `/v1/payments/${id}/refunds`, { amount: 34, reference: 'r' }, 'r')).body
        .amount_refunded,
    ).toBe(34);
    const { body } = await second.call('GET', '/v1/ledger');
    expect(body.data.map(({ type, amount }: { type: string; amount: number }) => [type, amount])).toEqual([
      ['charge', 12_34],
      ['refund', 34],
    ]);
    await until(async () => {
      const found = await second.call('GET', '/v1/payments?reference=late');
      return found.body.data[0].status === 'authorized';
    });
  });

  it('charges a payment whose answer it loses, and tells when asked again', async () => {
    await using one = await open({ patience: 500 });
    await expect(one.pay('tok_timeout', 'a', { capture_method: 'automatic' })).rejects.toThrow(/timeout/i);
    const { body } = await one.call('GET', '/v1/payments?reference=a');
    expect(body.data).toMatchObject([{ status: 'captured', amount_captured: 12_34 }]);
    expect((await one.pay('tok_timeout', 'a', { capture_method: 'automatic' })).body.status).toBe('captured');
  });

  it('shows the bank’s page, takes the first answer and sends the buyer back', async () => {
    await using one = await open();
    const { body } = await one.pay('tok_3ds', 'a', { return_url: 'http://shop.example/return' });
    const page = body.next_action.redirect_url;
    const html = await (await fetch(page)).text();
    expect(html).toContain('12.34 EUR');
    expect(html).toContain('id="approve"');
    const answer = await fetch(`${page}/approve`, { method: 'POST', redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'http://shop.example/return']);
    await fetch(`${page}/fail`, { method: 'POST', redirect: 'manual' });
    expect((await one.call('GET', `/v1/payments/${body.id}`)).body.status).toBe('authorized');
    expect(await (await fetch(page)).text()).toContain('You can close this page');
    expect((await fetch(`${page}x`)).status).toBe(404);
  });

  it('tells of each change in a signed webhook, again until it is taken', async () => {
    await using receiver = await listenForEvents({ failFirst: 1 });
    await using one = await open({ webhook: { url: () => receiver.url, secret: SECRET } });
    const { body } = await one.pay('tok_late', 'a');
    await until(() => receiver.events.length === 2);
    expect(receiver.events.map(({ type }) => type).sort()).toEqual(['payment.authorized', 'payment.processing']);
    await one.call('POST', `/v1/payments/${body.id}/void`, {}, 'v');
    await until(() => receiver.events.length === 3);
    expect(receiver.events.at(-1)).toMatchObject({ type: 'payment.voided', data: { version: 3 } });
  });

  it('never gives back more than it took, nor takes more than it reserved', async () => {
    await using one = await open();
    const { id } = (await one.pay('tok_success', 'a')).body;
    const move = (path: string, amount: number, key: string) =>
      one.call('POST', `/v1/payments/${id}/${path}`, { amount, reference: key }, key);
    expect((await move('refunds', 1, 'r0')).status).toBe(409);
    expect((await move('capture', 12_00, 'c1')).status).toBe(200);
    expect((await move('capture', 35, 'c2')).body.error.code).toBe('amount_too_large');
    expect((await move('refunds', 12_00, 'r1')).status).toBe(200);
    expect((await move('refunds', 1, 'r2')).status).toBe(409);
    expect((await one.call('POST', `/v1/payments/${id}/void`, {}, 'v')).body.error.code).toBe('not_voidable');
  });

  it('fails where a test asks for it', async () => {
    await using one = await open({
      faults: ({ reference }) =>
        reference === 'before'
          ? { at: 'before', kind: 'error' }
          : reference === 'after'
            ? { at: 'after', kind: 'error' }
            : undefined,
    });
    expect((await one.pay('tok_success', 'before')).status).toBe(500);
    expect((await one.pay('tok_success', 'after', { capture_method: 'automatic' })).status).toBe(500);
    const { body } = await one.call('GET', '/v1/ledger');
    expect(body.data).toMatchObject([{ reference: 'after' }]);
  });
});
