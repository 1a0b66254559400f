import { Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { withDeadline } from '@cartograph/runtime/deadline';
import { type Dispatcher, Pool } from 'undici';
import type { ShipmentStatus } from '../domain/shipment-status.ts';
import type { CarrierMessage } from '../ports.ts';
import type { OpenCarrier } from './open-carrier.ts';

/** The sandbox carrier's words for where a parcel is. */
const STATUSES: Readonly<Record<string, ShipmentStatus>> = {
  pre_transit: 'LABEL_PURCHASED',
  accepted: 'HANDED_OVER',
  in_transit: 'IN_TRANSIT',
  out_for_delivery: 'OUT_FOR_DELIVERY',
  delivered: 'DELIVERED',
  exception: 'EXCEPTION',
  return_to_sender: 'RETURNED',
};

interface SandboxRate {
  readonly service: string;
  readonly amount: number;
  readonly currency: string;
}

interface SandboxLabel {
  readonly id: string;
  readonly tracking_number: string;
  readonly tracking_url: string;
  readonly service: string;
  readonly amount: number;
  readonly currency: string;
}

/** A message in our words; null for one that we have no use for. */
function readMessage(data: unknown): CarrierMessage | null {
  const { id, tracking_number, status, description, location, occurred_at } = (data ?? {}) as Record<string, unknown>;
  const ours = STATUSES[String(status)];
  const occurredAt = new Date(String(occurred_at));
  if (!ours || Number.isNaN(occurredAt.getTime())) return null;
  if (typeof id !== 'string' || typeof tracking_number !== 'string') return null;
  return {
    reference: id,
    trackingNumber: tracking_number,
    status: ours,
    description: typeof description === 'string' ? description : '',
    location: typeof location === 'string' ? location : null,
    occurredAt,
  };
}

export function readSandboxEvent(payload: unknown): readonly CarrierMessage[] {
  const { type, data } = payload as { readonly type?: unknown; readonly data?: unknown };
  const message = type === 'tracker.updated' ? readMessage(data) : null;
  return message ? [message] : [];
}

export interface SandboxCarrierOptions {
  readonly url: string;
  readonly timeoutMs?: number;
}

/** Speaks to the sandbox carrier over HTTP, as to a real one. */
export function createSandboxCarrier({ url, timeoutMs = 8_000 }: SandboxCarrierOptions): OpenCarrier {
  const http = new Pool(new URL(url).origin, { connections: 8, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

  const send = async (method: Dispatcher.HttpMethod, path: string, key?: string, body?: object) => {
    try {
      return await withDeadline(timeoutMs, async (signal) => {
        const response = await http.request({
          method,
          path,
          headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
          ...(body && { body: JSON.stringify(body) }),
          signal,
        });
        const bytes = Buffer.from(await response.body.arrayBuffer());
        if (response.statusCode >= 500) throw new Error(`${method} ${path} answered ${response.statusCode}`);
        return { status: response.statusCode, bytes };
      });
    } catch (cause) {
      throw new Unavailable('carrier', { cause, timedOut: (cause as Error).name === 'TimeoutError' });
    }
  };

  return {
    async rates({ from, to, weightGrams }) {
      const { status, bytes } = await send('POST', '/v1/shipments', undefined, shipment(from, to, weightGrams));
      if (status === 422) return [];
      const { rates } = read<{ rates: readonly SandboxRate[] }>(status, bytes);
      return rates.map(({ service, amount, currency }) => ({
        service,
        price: money(amount, currency),
        businessDays: null,
      }));
    },
    async buyLabel({ key, from, to, weightGrams, service, parcelId }) {
      const body = { ...shipment(from, to, weightGrams), reference: parcelId };
      const quoted = await send('POST', '/v1/shipments', `shipment:${key}`, body);
      if (quoted.status === 422) return { kind: 'refused', reason: reasonOf(quoted.bytes) };
      const { id } = read<{ id: string }>(quoted.status, quoted.bytes);
      const bought = await send('POST', '/v1/labels', `label:${key}`, { shipment_id: id, service });
      if (bought.status === 422) return { kind: 'refused', reason: reasonOf(bought.bytes) };
      const label = read<SandboxLabel>(bought.status, bought.bytes);
      const document = await send('GET', `/v1/labels/${label.id}.pdf`);
      if (document.status !== 200) throw new Unavailable('carrier', { cause: new Error('label without a document') });
      return {
        kind: 'bought',
        label: {
          reference: label.id,
          service: label.service,
          trackingNumber: label.tracking_number,
          trackingUrl: label.tracking_url,
          cost: money(label.amount, label.currency),
          contentType: 'application/pdf',
          document: document.bytes,
        },
      };
    },
    async voidLabel(reference) {
      const { status, bytes } = await send('DELETE', `/v1/labels/${encodeURIComponent(reference)}`);
      if (status === 409 || status === 404) return { kind: 'refused', reason: reasonOf(bytes) };
      read(status, bytes);
      return { kind: 'voided' };
    },
    async track(trackingNumber) {
      const { status, bytes } = await send('GET', `/v1/trackers/${encodeURIComponent(trackingNumber)}`);
      if (status === 404) return [];
      const { events } = read<{ events: readonly unknown[] }>(status, bytes);
      return events.map(readMessage).filter((message) => message !== null);
    },
    readEvent: readSandboxEvent,
    close: () => http.close(),
  };
}

const shipment = (from: PostalAddress, to: PostalAddress, weightGrams: number) => ({
  from: address(from),
  to: address(to),
  weight_grams: weightGrams,
});

const address = (of: PostalAddress) => ({
  name: of.name,
  company: of.company,
  line1: of.line1,
  line2: of.line2,
  city: of.city,
  region: of.region,
  postal_code: of.postalCode,
  country: of.countryCode,
  phone: of.phone,
});

/** An answer that the contract knows; anything else means that we speak past each other, which is a defect. */
function read<T>(status: number, bytes: Buffer): T {
  if (status < 200 || status >= 300) throw new Error(`the carrier answered ${status}: ${bytes.toString()}`);
  try {
    return JSON.parse(bytes.toString()) as T;
  } catch (cause) {
    // Half an answer is none: what was asked for may have happened.
    throw new Unavailable('carrier', { cause });
  }
}

const reasonOf = (bytes: Buffer): string =>
  (JSON.parse(bytes.toString()) as { error: { message: string } }).error.message;
