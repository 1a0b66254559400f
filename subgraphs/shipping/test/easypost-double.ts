import { createHmac } from 'node:crypto';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { openContractServer } from '@cartograph/contract-server/server';
import { createWebhooks } from '@cartograph/contract-server/webhooks';
import { readEasyPostContract } from './easypost-contract.ts';

export const EASYPOST_KEY = 'EZTK0123456789abcdef';
export const EASYPOST_SECRET = 'a sécret of the shop with EasyPost';

const NOW = '2026-03-02T09:00:00Z';
const PDF = '%PDF-1.4 a label of the double';
const STEPS = [
  ['in_transit', 'received_at_origin_facility', 'Accepted'],
  ['in_transit', 'arrived_at_facility', 'On the way'],
  ['out_for_delivery', 'out_for_delivery', 'Out for delivery'],
  ['delivered', 'arrived_at_destination', 'Delivered'],
] as const;

/** Held against the recordings as it goes out. */
type Stored = Record<string, any>;

const ofKind = (object: string, id: string, more: object): Stored => ({
  ...{ id, object, created_at: NOW, updated_at: NOW, mode: 'test' },
  ...more,
});

const error = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message, errors: [] } },
});

/**
 * EasyPost with a memory: drafts, one purchase for each, refunds, trackers and signed webhooks. Like the real one it has no
 * idempotency keys: each draft that is asked for is another one.
 */
export async function openEasyPostDouble({ webhookUrl = '' }: { readonly webhookUrl?: string } = {}) {
  let count = 0;
  const shipments = new Map<string, Stored>();
  const trackers = new Map<string, Stored>();
  let target = webhookUrl;
  const webhooks = createWebhooks(() => target);
  const next = (prefix: string) => `${prefix}_${String(++count).padStart(32, '0')}`;

  function create({ body }: Call): Answer {
    const { shipment } = body ?? {};
    if (!shipment)
      return {
        status: 422,
        body: {
          error: {
            ...{ code: 'PARAMETER.REQUIRED', message: 'Missing required parameter.' },
            errors: [{ field: 'shipment', message: 'cannot be blank' }],
          },
        },
      };
    const id = next('shp');
    const drafted = draft(id, shipment, next);
    shipments.set(id, drafted);
    return { status: 201, body: drafted };
  }

  function withShipment({ params }: Call, answer: (shipment: Stored) => Answer): Answer {
    const found = shipments.get(params.id ?? '');
    return found ? answer(found) : error(404, 'NOT_FOUND', 'The requested resource could not be found.');
  }

  const buy = (call: Call): Answer =>
    withShipment(call, (shipment) => {
      if (shipment.postage_label)
        return error(422, 'SHIPMENT.POSTAGE.EXISTS', 'Postage already exists for this shipment.');
      const rate = shipment.rates.find(({ id }: Stored) => id === call.body.rate.id);
      if (!rate) return error(422, 'SHIPMENT.POSTAGE.FAILURE', 'The rate is not one of the shipment’s.');
      Object.assign(shipment, purchase(shipment, rate, server.url, next));
      trackers.set(shipment.tracking_code, shipment.tracker);
      return { status: 200, body: shipment };
    });

  const refund = (call: Call): Answer =>
    withShipment(call, (shipment) => {
      if (!shipment.postage_label || shipment.refund_status)
        return error(422, 'SHIPMENT.REFUND.UNAVAILABLE', 'Refund has been requested before, or there is no label.');
      if (shipment.tracker.status !== 'unknown')
        return error(422, 'SHIPMENT.REFUND.UNAVAILABLE', 'The parcel has been scanned.');
      shipment.refund_status = 'submitted';
      return { status: 200, body: shipment };
    });

  const server = await openContractServer({
    contracts: [readEasyPostContract()],
    prefix: '/v2',
    answers: {
      createShipment: create,
      retrieveShipment: (call) => withShipment(call, (body) => ({ status: 200, body })),
      buyShipment: buy,
      rerateShipment: (call) => withShipment(call, ({ rates }) => ({ status: 200, body: { rates } })),
      refundShipment: refund,
      listTrackers: ({ query }) => {
        const found = trackers.get(String(query.tracking_code));
        return { status: 200, body: { trackers: found ? [found] : [], has_more: false } };
      },
    },
    besides: {
      'GET /files/label.pdf': () => ({ status: 200, body: PDF, headers: { 'content-type': 'application/pdf' } }),
    },
    refuse: ({ headers, path }) =>
      path.startsWith('/v2') && headers.authorization !== `Basic ${btoa(`${EASYPOST_KEY}:`)}`
        ? error(401, 'UNAUTHORIZED', 'Authentication required.')
        : null,
  });

  return {
    ...{ server, webhooks, shipments },
    url: `${server.url}/v2/`,
    sendWebhooksTo: (url: string) => {
      target = url;
    },
    labels: () => [...shipments.values()].filter(({ postage_label }) => postage_label),
    /** The parcel's next step, of which a webhook waits to tell. */
    async advance(trackingCode: string) {
      const tracker = trackers.get(trackingCode);
      if (tracker) webhooks.add(signed(moved(tracker), next('evt')));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export type EasyPostDouble = Awaited<ReturnType<typeof openEasyPostDouble>>;

function draft(id: string, asked: Stored, next: (prefix: string) => string): Stored {
  const { weight } = asked.parcel;
  const isKnown = /^\d{5}(-\d{4})?$/.test(asked.to_address.zip ?? '');
  const box = { length: 10, width: 8, height: 4, predefined_package: null, weight };
  return ofKind('Shipment', id, {
    ...{ is_return: false, reference: asked.reference ?? null, status: 'unknown', tracking_code: null },
    messages: isKnown ? [] : [{ carrier: 'USPS', type: 'rate_error', message: 'The postal code is not known.' }],
    options: { currency: 'USD', payment: { type: 'SENDER' }, date_advance: 0, ...asked.options },
    ...{ batch_id: null, batch_status: null, batch_message: null, customs_info: null, insurance: null, order_id: null },
    ...{ postage_label: null, refund_status: null, scan_form: null, selected_rate: null, tracker: null, usps_zone: 4 },
    from_address: address(next('adr'), asked.from_address),
    to_address: address(next('adr'), asked.to_address),
    return_address: address(next('adr'), asked.from_address),
    buyer_address: address(next('adr'), asked.to_address),
    parcel: ofKind('Parcel', next('prcl'), box),
    rates: isKnown ? [rate(id, next, 'GroundAdvantage', '5.93', 3), rate(id, next, 'Express', '33.10', 2)] : [],
    ...{ forms: [], fees: [] },
  });
}

const address = (id: string, { name, company, street1, street2, city, state, zip, country, phone }: Stored): Stored =>
  ofKind('Address', id, {
    ...{ name, company: company ?? null, street1, street2: street2 ?? '', city, state: state ?? '', zip, country },
    ...{ phone: phone ?? '', email: '', carrier_facility: null, residential: null, federal_tax_id: null },
    ...{ state_tax_id: null, verifications: {} },
  });

const rate = (
  shipment: string,
  next: (prefix: string) => string,
  service: string,
  price: string,
  days: number,
): Stored =>
  ofKind('Rate', next('rate'), {
    ...{ service, carrier: 'USPS', rate: price, currency: 'USD', retail_rate: price, retail_currency: 'USD' },
    ...{ list_rate: price, list_currency: 'USD', billing_type: 'easypost', delivery_days: days, delivery_date: null },
    ...{ delivery_date_guaranteed: false, est_delivery_days: days, shipment_id: shipment, carrier_account_id: 'ca_1' },
  });

function purchase(shipment: Stored, selected: Stored, url: string, next: (prefix: string) => string): Stored {
  const code = next('94001').replace(/\D/g, '').slice(-22);
  const { created_at, updated_at, object, id } = ofKind('PostageLabel', next('pl'), {});
  const fee = { object: 'Fee', type: 'PostageFee', amount: `${selected.rate}000`, charged: true, refunded: false };
  return {
    ...{ tracking_code: code, selected_rate: selected, fees: [fee] },
    postage_label: {
      ...{ object, id, created_at, updated_at, date_advance: 0, integrated_form: 'none', label_date: NOW },
      ...{ label_resolution: 300, label_size: '4x6', label_type: 'default', label_file_type: 'application/pdf' },
      label_url: `${url}/files/label.pdf?of=${shipment.id}`,
      ...{ label_pdf_url: null, label_zpl_url: null, label_epl2_url: null, label_file: null },
    },
    tracker: ofKind('Tracker', next('trk'), {
      ...{ tracking_code: code, status: 'unknown', status_detail: 'unknown', signed_by: null, weight: null },
      ...{ est_delivery_date: null, shipment_id: shipment.id, carrier: 'USPS', tracking_details: [], fees: [] },
      ...{ carrier_detail: null, public_url: `https://track.easypost.com/${code}` },
    }),
  };
}

function moved(tracker: Stored): Stored {
  const done = tracker.tracking_details.length;
  const [status, detail, message] = STEPS[Math.min(done, STEPS.length - 1)] ?? STEPS[0];
  Object.assign(tracker, { status, status_detail: detail });
  tracker.tracking_details.push({
    ...{ object: 'TrackingDetail', message, description: '', status, status_detail: detail, source: 'USPS' },
    ...{ datetime: new Date(Date.parse(NOW) + (done + 1) * 3_600_000).toISOString(), carrier_code: '' },
    tracking_location: { object: 'TrackingLocation', city: 'HOUSTON', state: 'TX', country: null, zip: '77063' },
  });
  return tracker;
}

export const signEasyPost = (body: string | Buffer, secret = EASYPOST_SECRET): string =>
  `hmac-sha256-hex=${createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex')}`;

function signed(tracker: Stored, id: string) {
  const event = {
    ...{ description: 'tracker.updated', mode: 'test', previous_attributes: {}, created_at: NOW, updated_at: NOW },
    ...{ pending_urls: [], completed_urls: [], id, user_id: 'user_1', status: 'pending', object: 'Event' },
    result: tracker,
  };
  const body = JSON.stringify(event);
  return { body, headers: { 'x-hmac-signature': signEasyPost(body) } };
}
