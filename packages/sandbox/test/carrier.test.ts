import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { isSignedWebhook } from '@cartograph/runtime/signed-webhook';
import { describe, expect, it } from 'vitest';
import { code39 } from '../src/carrier/code39.ts';
import { type CarrierSandboxOptions, createCarrierSandbox } from '../src/carrier/server.ts';

const SECRET = 'a-carrier-secret-for-tests-0123456789';
const address = {
  name: 'Ada Lovelace',
  line1: 'Invalidenstraße 1',
  city: 'Berlin',
  postal_code: '10115',
  country: 'DE',
};
const parcel = { from: address, to: address, weight_grams: 1200, reference: 'Parcel:1' };

const options = (more: Partial<CarrierSandboxOptions> = {}): CarrierSandboxOptions => ({
  port: 0,
  tempoMs: 0,
  webhook: { url: () => undefined, secret: SECRET },
  logger: createLogger('carrier test', 'silent'),
  ...more,
});

const client = (origin: string) => ({
  async send(method: string, path: string, body?: object, key?: string) {
    const response = await fetch(`${origin}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    });
    return { status: response.status, body: (await response.json()) as any };
  },
  async buy(key: string, service = 'ground') {
    const shipment = await this.send('POST', '/v1/shipments', parcel, `s${key}`);
    return this.send('POST', '/v1/labels', { shipment_id: shipment.body.id, service }, key);
  },
});

async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

describe('the carrier sandbox', () => {
  it('charges more for weight and distance', async () => {
    await using carrier = createCarrierSandbox(options());
    const { send } = client(await carrier.listen());
    const price = async (grams: number, country: string, postal_code: string) => {
      const to = { ...address, country, postal_code };
      const { body } = await send('POST', '/v1/shipments', { ...parcel, to, weight_grams: grams });
      return body.rates[0].amount as number;
    };
    const near = await price(1000, 'DE', '10115');
    expect(await price(5000, 'DE', '10115')).toBeGreaterThan(near);
    expect(await price(1000, 'FR', '75001')).toBeGreaterThan(near);
    expect(await price(1000, 'US', '10001')).toBeGreaterThan(await price(1000, 'FR', '75001'));
  });

  it.each([
    ['a postal code of a wrong form', { to: { ...address, postal_code: '1011' } }, 'address_invalid'],
    ['an address without a street', { to: { ...address, line1: ' ' } }, 'address_invalid'],
    ['a parcel that is too heavy', { weight_grams: 31_501 }, 'weight_exceeded'],
  ])('refuses %s and remembers nothing of it', async (_what, change, code) => {
    await using carrier = createCarrierSandbox(options());
    const { send } = client(await carrier.listen());
    const refused = await send('POST', '/v1/shipments', { ...parcel, ...change }, 'k');
    expect([refused.status, refused.body.error.code]).toEqual([422, code]);
    expect((await send('POST', '/v1/shipments', parcel, 'k')).status).toBe(200);
  });

  it('sells one label per key, also at once, and refuses a key for something else', async () => {
    await using carrier = createCarrierSandbox(options());
    const api = client(await carrier.listen());
    const bought = await Promise.all(Array.from({ length: 10 }, () => api.buy('k1')));
    expect(new Set(bought.map(({ body }) => body.tracking_number)).size).toBe(1);
    expect(carrier.ledger.filter(({ kind }) => kind === 'label')).toHaveLength(1);
    expect((await api.buy('k1', 'express')).status).toBe(409);
  });

  it('prints a PDF with a barcode of the tracking number', async () => {
    await using carrier = createCarrierSandbox(options());
    const origin = await carrier.listen();
    const { body } = await client(origin).buy('k1');
    const [first, second] = await Promise.all([fetch(body.document_url), fetch(body.document_url)]);
    expect(first.headers.get('content-type')).toBe('application/pdf');
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.equals(Buffer.from(await second.arrayBuffer()))).toBe(true);
    expect(code39(body.tracking_number).bars).toHaveLength((body.tracking_number.length + 2) * 5);
  });

  it('takes a label back until the parcel is on its way', async () => {
    await using carrier = createCarrierSandbox(options());
    const { send, buy } = bound(client(await carrier.listen()));
    const kept = (await buy('k1')).body;
    expect((await send('DELETE', `/v1/labels/${kept.id}`)).body.status).toBe('voided');
    expect((await send('DELETE', `/v1/labels/${kept.id}`)).status).toBe(200);
    expect(carrier.ledger.filter(({ kind }) => kind === 'void')).toHaveLength(1);
    const used = (await buy('k2')).body;
    await send('POST', `/v1/test/trackers/${used.tracking_number}/advance`);
    expect((await send('DELETE', `/v1/labels/${used.id}`)).status).toBe(409);
  });

  it('moves parcels by itself and signs what it tells', async () => {
    const told: { status: string; genuine: boolean }[] = [];
    const receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      const genuine = isSignedWebhook(SECRET, request.headers['sandbox-signature'], bytes);
      told.push({ status: JSON.parse(bytes.toString()).data.status, genuine });
      response.end();
    });
    await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
    try {
      const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
      await using carrier = createCarrierSandbox(options({ tempoMs: 15, webhook: { url, secret: SECRET } }));
      const { send, buy } = bound(client(await carrier.listen()));
      const { tracking_number } = (await buy('k1')).body;
      await until(() => (told.length === 5 ? true : undefined));
      expect(told.every(({ genuine }) => genuine)).toBe(true);
      const tracker = (await send('GET', `/v1/trackers/${tracking_number}`)).body;
      expect(tracker.events.map(({ status }: { status: string }) => status)).toEqual([
        'pre_transit',
        'accepted',
        'in_transit',
        'out_for_delivery',
        'delivered',
      ]);
      expect((await send('POST', `/v1/test/trackers/${tracking_number}/advance`)).status).toBe(409);
    } finally {
      receiver.close();
    }
  });

  it('knows after a restart what it has sold', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carrier-'));
    const journalPath = join(folder, 'carrier.jsonl');
    try {
      let sold: unknown;
      {
        await using carrier = createCarrierSandbox(options({ journalPath }));
        sold = (await client(await carrier.listen()).buy('k1')).body.tracking_number;
      }
      await using carrier = createCarrierSandbox(options({ journalPath, tempoMs: 10 }));
      const api = client(await carrier.listen());
      expect((await api.buy('k1')).body.tracking_number).toBe(sold);
      // Also the clockwork goes on.
      await until(async () => {
        const { body } = await api.send('GET', `/v1/trackers/${sold}`);
        return body.status === 'delivered' ? true : undefined;
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('fails before or after the effect when a test wants it', async () => {
    const plan = ['before', 'after'] as const;
    let call = 0;
    const faults: CarrierSandboxOptions['faults'] = ({ operation }) =>
      operation === 'label' ? plan[call++] : undefined;
    await using carrier = createCarrierSandbox(options({ faults }));
    const api = client(await carrier.listen());
    expect((await api.buy('k1')).status).toBe(503);
    expect(carrier.ledger.filter(({ kind }) => kind === 'label')).toHaveLength(0);
    await expect(api.buy('k1')).rejects.toThrow();
    expect(carrier.ledger.filter(({ kind }) => kind === 'label')).toHaveLength(1);
    expect((await api.buy('k1')).status).toBe(200);
    expect(carrier.ledger.filter(({ kind }) => kind === 'label')).toHaveLength(1);
  });
});

/** Methods that can be taken apart. */
const bound = (api: ReturnType<typeof client>) => ({ send: api.send, buy: api.buy.bind(api) });
