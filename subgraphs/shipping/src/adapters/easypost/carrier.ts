import { Unavailable } from '@cartograph/kernel/errors';
import type { IShipment, ITracker } from '@easypost/api';
import { contentTypeOf } from '../../domain/label-document.ts';
import type { BoughtLabel, LabelOutcome, LabelRequest, PurchaseNotes, Purchases, VoidOutcome } from '../../ports.ts';
import type { OpenCarrier } from '../open-carrier.ts';
import { createEasyPostClient, type EasyPostClient, EasyPostRefusal } from './client.ts';
import { rateFor, serviceOf, toMessages, toMoney, toShipment } from './mapping.ts';

export interface EasyPostOptions {
  readonly apiKey: string;
  readonly url: string;
  readonly labelFormat: 'PDF' | 'PNG';
  readonly timeoutMs?: number;
}

/** Answers to a purchase after which nobody knows whether there is a label. */
const UNKNOWN = ['SHIPMENT.PURCHASE.IN_PROGRESS', 'SHIPMENT.POSTAGE.TIMED_OUT', 'SHIPMENT.POSTAGE.NO_RESPONSE'];

/** Many carriers behind one account, through the official library. */
export function createEasyPost(
  { apiKey, url, labelFormat, timeoutMs = 15_000 }: EasyPostOptions,
  purchases: Purchases,
): OpenCarrier {
  const client = createEasyPostClient({ apiKey, url, timeoutMs });
  return {
    async rates(request) {
      const shipment = await refusable(client.ask(true, ({ Shipment }) => Shipment.create(toShipment(request))));
      if (shipment instanceof EasyPostRefusal) return [];
      return shipment.rates.map((rate) => ({
        ...{ service: serviceOf(rate), price: toMoney(rate), businessDays: rate.est_delivery_days ?? null },
      }));
    },
    // A draft is bought at most once, and it is written down before: so a lost answer does no harm.
    buyLabel: (request) =>
      purchases.alone(
        'EASYPOST',
        request.key,
        () => 0,
        (notes) => buyLabel(client, request, labelFormat, notes),
      ),
    voidLabel: (reference) => voidLabel(client, reference),
    async track(trackingNumber) {
      const { trackers } = (await client.ask(true, ({ Tracker }) =>
        Tracker.all({ tracking_code: trackingNumber }),
      )) as unknown as { readonly trackers: readonly ITracker[] };
      return trackers.flatMap(toMessages);
    },
    readEvent(payload) {
      const { description, result } = payload as { readonly description?: unknown; readonly result?: ITracker };
      const isNews = description === 'tracker.updated' || description === 'tracker.created';
      return isNews && typeof result?.tracking_code === 'string' ? toMessages(result) : [];
    },
    async close() {},
  };
}

async function buyLabel(
  client: EasyPostClient,
  request: LabelRequest,
  labelFormat: string,
  { note, write }: PurchaseNotes,
): Promise<LabelOutcome> {
  const draft = await refusable(note ? takeUp(client, String(note.shipment)) : begin(client, request, labelFormat));
  if (draft instanceof EasyPostRefusal) return refusedLabel(draft);
  if (!note) await write({ shipment: draft.id });
  if (draft.postage_label) return bought(client, draft, request.service);
  const rate = rateFor(draft.rates, request.service);
  if (!rate) return { kind: 'refused', reason: whyNoRate(draft, request.service) };
  const shipment = await refusable(client.ask(true, ({ Shipment }) => Shipment.buy(draft.id, rate.id)));
  if (!(shipment instanceof EasyPostRefusal)) return bought(client, shipment, request.service);
  if (shipment.code === 'SHIPMENT.POSTAGE.EXISTS') return bought(client, await read(client, draft.id), request.service);
  if (UNKNOWN.includes(shipment.code)) throw new Unavailable('EasyPost', { cause: shipment });
  return refusedLabel(shipment);
}

const read = (client: EasyPostClient, id: string): Promise<IShipment> =>
  client.ask(true, ({ Shipment }) => Shipment.retrieve(id));

/** A draft costs nothing, so that one whose answer was lost is left behind. */
const begin = (client: EasyPostClient, request: LabelRequest, labelFormat: string): Promise<IShipment> =>
  client.ask(true, ({ Shipment }) =>
    Shipment.create({
      ...toShipment(request),
      reference: request.key,
      options: { label_format: labelFormat },
    } as object),
  );

/** What became of an earlier draft; one that was not bought gets prices of today. */
async function takeUp(client: EasyPostClient, id: string): Promise<IShipment> {
  const draft = await read(client, id);
  if (draft.postage_label) return draft;
  // The library's types promise a shipment; what was recorded has the rates alone.
  const { rates } = await client.ask(true, ({ Shipment }) => Shipment.regenerateRates(id));
  return { ...draft, rates };
}

async function bought(client: EasyPostClient, shipment: IShipment, service: string): Promise<LabelOutcome> {
  const { postage_label: label, selected_rate: rate, tracker } = shipment;
  const document = await client.download(label.label_url);
  const contentType = contentTypeOf(document);
  if (!contentType) throw new Unavailable('EasyPost', { cause: new Error('the label is no document') });
  const read: BoughtLabel = {
    ...{ reference: shipment.id, service, trackingNumber: shipment.tracking_code, trackingUrl: tracker.public_url },
    ...{ cost: toMoney(rate), contentType, document },
  };
  return { kind: 'bought', label: read };
}

async function voidLabel(client: EasyPostClient, id: string): Promise<VoidOutcome> {
  const asked = await refusable(client.ask(true, ({ Shipment }) => Shipment.refund(id)));
  if (asked instanceof EasyPostRefusal && asked.status === 404) return { kind: 'refused', reason: asked.message };
  // A refusal may be of a second request: what became of the first one says the shipment.
  const { refund_status: status } = asked instanceof EasyPostRefusal ? await read(client, id) : asked;
  if (status === 'submitted' || status === 'refunded') return { kind: 'voided' };
  const reason = asked instanceof EasyPostRefusal ? asked.message : `The refund is ${String(status)}.`;
  return { kind: 'refused', reason };
}

/** A no about what was asked, as a value. What is wrong with our account or our code stays thrown. */
const refusable = <T>(work: Promise<T>): Promise<T | EasyPostRefusal> =>
  work.catch((error: unknown) => {
    if (error instanceof EasyPostRefusal && [400, 402, 404, 409, 422].includes(error.status)) return error;
    throw error;
  });

const refusedLabel = ({ message }: EasyPostRefusal): LabelOutcome => ({ kind: 'refused', reason: message });

function whyNoRate({ messages, rates }: IShipment, service: string): string {
  const said = messages.map(({ carrier, message }) => `${carrier}: ${message}`);
  if (said.length > 0) return said.join(' ');
  const offered = rates.map(serviceOf).join(', ') || 'nothing';
  return `EasyPost offers no ${service} there, but ${offered}.`;
}
