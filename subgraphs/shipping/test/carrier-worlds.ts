import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { createLogger } from '@cartograph/runtime/logger';
import { type CarrierSandboxOptions, createCarrierSandbox } from '@cartograph/sandbox/carrier/server';
import { createEasyPost } from '../src/adapters/easypost/carrier.ts';
import { createSandboxCarrier } from '../src/adapters/sandbox-carrier.ts';
import { createUps } from '../src/adapters/ups/carrier.ts';
import { receiveEasyPost } from '../src/http/easypost-webhook.ts';
import { receiveSandboxCarrier } from '../src/http/sandbox-carrier-webhook.ts';
import type { CarrierWorld, OpenWorld } from './carrier.contract.ts';
import { EASYPOST_KEY, EASYPOST_SECRET, openEasyPostDouble } from './easypost-double.ts';
import { createFakeCarrier } from './fakes.ts';
import { CARRIER_SECRET } from './shop.ts';
import { openUpsDouble, UPS_ACCOUNT, UPS_CLIENT } from './ups-double.ts';

const berlin: PostalAddress = {
  ...{ name: 'Ada Lovelace', company: null, line1: 'Invalidenstraße 1', line2: null, city: 'Berlin', region: null },
  ...{ postalCode: '10115', countryCode: 'DE', phone: null },
};
const redondo: PostalAddress = {
  ...{ name: 'Ada Lovelace', company: null, line1: '179 N Harbor Dr', line2: null, city: 'Redondo Beach' },
  ...{ region: 'CA', postalCode: '90277', countryCode: 'US', phone: '5555555555' },
};
const places = (here: PostalAddress) => ({ here, nowhere: { ...here, postalCode: '101' } });

const sandboxRoutes = [receiveSandboxCarrier([CARRIER_SECRET])];

export const openFakeWorld: OpenWorld = async () => {
  const carrier = createFakeCarrier();
  const steps = ['HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const;
  const trouble = { before: 'be down', after: 'lose the answer', limit: 'be down' } as const;
  return {
    ...{ carrier, name: 'SANDBOX', service: 'ground', routes: sandboxRoutes, webhooks: null },
    ...places(berlin),
    async advance(trackingNumber) {
      const known = carrier.messages.get(trackingNumber) ?? [];
      const status = steps[known.length] ?? 'DELIVERED';
      const occurredAt = new Date(Date.UTC(2026, 2, 2, 10 + known.length));
      const facts = { reference: `evt_${known.length}`, trackingNumber, description: '', location: null };
      carrier.messages.set(trackingNumber, [...known, { ...facts, status, occurredAt }]);
    },
    fail: (next) => void carrier.trouble.push(trouble[next]),
    sold: () => [...carrier.sold.values()].map(({ trackingNumber }) => trackingNumber),
    async [Symbol.asyncDispose]() {},
  };
};

export async function openSandboxWorld(more: Partial<CarrierSandboxOptions> = {}) {
  const planned: ('before' | 'after')[] = [];
  const webhook = { url: () => undefined, secret: CARRIER_SECRET };
  const logger = createLogger('carrier test', 'silent');
  const faults: CarrierSandboxOptions['faults'] = ({ operation }) =>
    operation === 'label' ? planned.shift() : undefined;
  const sandbox = createCarrierSandbox({ port: 0, tempoMs: 0, webhook, logger, faults, ...more });
  const url = await sandbox.listen();
  const carrier = createSandboxCarrier({ url, timeoutMs: 10_000 });
  return {
    ...{ sandbox, carrier, name: 'SANDBOX', service: 'ground', routes: sandboxRoutes, webhooks: null },
    ...places(berlin),
    async advance(trackingNumber: string) {
      await fetch(`${url}/v1/test/trackers/${trackingNumber}/advance`, { method: 'POST' });
    },
    fail: (next: 'before' | 'after' | 'limit') => void planned.push(next === 'limit' ? 'before' : next),
    sold: () => sandbox.ledger.flatMap((entry) => (entry.kind === 'label' ? [entry.label.trackingNumber] : [])),
    async [Symbol.asyncDispose]() {
      await carrier.close();
      await sandbox.close();
    },
  } satisfies CarrierWorld & object;
}

export const openUpsWorld: OpenWorld = async (purchases) => {
  const double = await openUpsDouble();
  const options = { ...UPS_CLIENT, url: double.url, account: UPS_ACCOUNT };
  const carrier = createUps({ ...options, timeoutMs: 10_000, settleMs: 50 }, purchases);
  return {
    ...{ carrier, name: 'UPS', service: '03', ...places(redondo), routes: [], webhooks: null },
    advance: double.advance,
    fail: (next) =>
      double.server.faults.add(
        next === 'limit'
          ? { operation: 'Shipment', at: 'before', does: LIMIT }
          : { operation: 'Shipment', at: next, does: 'cut' },
      ),
    sold: () => double.sold.map(({ trackingNumber }) => trackingNumber),
    async [Symbol.asyncDispose]() {
      await carrier.close();
      await double[Symbol.asyncDispose]();
    },
  };
};

const LIMIT = {
  status: 429,
  headers: { 'retry-after': '0.05' },
  body: { error: { code: 'RATE_LIMITED', message: '' } },
};

export const openEasyPostWorld: OpenWorld = async (purchases) => {
  const double = await openEasyPostDouble();
  const { server, webhooks } = double;
  const options = { apiKey: EASYPOST_KEY, url: double.url, labelFormat: 'PDF' as const, timeoutMs: 10_000 };
  const carrier = createEasyPost(options, purchases);
  return {
    ...{ carrier, name: 'EASYPOST', service: 'USPS/GroundAdvantage', ...places(redondo) },
    routes: [receiveEasyPost([EASYPOST_SECRET])],
    webhooks: {
      sendTo: (url) => double.sendWebhooksTo(new URL('/webhooks/easypost', url).href),
      async deliver(times = 1) {
        const statuses = await webhooks.deliver({ times });
        if (statuses.some((status) => status !== 200)) throw new Error(`the shop answered ${statuses.join()}`);
      },
      lose: () => void webhooks.drop(),
    },
    advance: double.advance,
    // More often than one call repeats it, but for the limit, which ends in time.
    fail: (next) =>
      next === 'limit'
        ? server.faults.add({ operation: 'buyShipment', at: 'before', does: LIMIT })
        : server.faults.add({ operation: 'buyShipment', at: next, does: 'cut', times: 3 }),
    sold: () => double.labels().map(({ tracking_code }) => tracking_code),
    async [Symbol.asyncDispose]() {
      await carrier.close();
      await double[Symbol.asyncDispose]();
    },
  };
};
