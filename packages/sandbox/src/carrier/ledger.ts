import { createHash, randomInt, randomUUID } from 'node:crypto';
import { type Journal, openJournal } from '../journal.ts';
import { type CarrierRate, rateFor } from './rates.ts';
import { Refused, type ShipmentRequest } from './requests.ts';

/** Where a parcel is, in the order in which it gets there. */
export const STEPS = ['pre_transit', 'accepted', 'in_transit', 'out_for_delivery', 'delivered'] as const;
export type ParcelStatus = (typeof STEPS)[number] | 'exception' | 'return_to_sender';

const WORDS: Readonly<Record<ParcelStatus, string>> = {
  pre_transit: 'The label was bought.',
  accepted: 'The carrier has taken the parcel.',
  in_transit: 'The parcel has left a sorting centre.',
  out_for_delivery: 'The parcel is on the delivery vehicle.',
  delivered: 'The parcel was handed to the recipient.',
  exception: 'The recipient was not found. Another attempt follows.',
  return_to_sender: 'The parcel is back at the sender.',
};

export interface Shipment extends ShipmentRequest {
  readonly id: string;
}

export interface Label {
  readonly id: string;
  readonly shipmentId: string;
  readonly trackingNumber: string;
  readonly rate: CarrierRate;
  readonly boughtAt: string;
}

export interface TrackerEvent {
  readonly id: string;
  readonly tracking_number: string;
  readonly status: ParcelStatus;
  readonly description: string;
  readonly location: string | null;
  readonly occurred_at: string;
}

/** What the carrier has done, in order. Money was charged for every label without a void. */
export type LedgerEntry =
  | { readonly kind: 'shipment'; readonly key: string; readonly digest: string; readonly shipment: Shipment }
  | { readonly kind: 'label'; readonly key: string; readonly digest: string; readonly label: Label }
  | { readonly kind: 'void'; readonly labelId: string; readonly at: string }
  | { readonly kind: 'event'; readonly event: TrackerEvent };

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');

/** What the journal says, ready to be asked. */
function readMemory(journal: Journal<LedgerEntry>) {
  const byKey = new Map<string, { readonly digest: string; readonly id: string }>();
  const shipments = new Map<string, Shipment>();
  const labels = new Map<string, Label>();
  const labelByNumber = new Map<string, Label>();
  const voids = new Set<string>();
  const events = new Map<string, TrackerEvent[]>();

  function remember(entry: LedgerEntry): void {
    if (entry.kind === 'shipment') {
      byKey.set(`shipment ${entry.key}`, { digest: entry.digest, id: entry.shipment.id });
      shipments.set(entry.shipment.id, entry.shipment);
    } else if (entry.kind === 'label') {
      byKey.set(`label ${entry.key}`, { digest: entry.digest, id: entry.label.id });
      labels.set(entry.label.id, entry.label);
      labelByNumber.set(entry.label.trackingNumber, entry.label);
    } else if (entry.kind === 'void') {
      voids.add(entry.labelId);
    } else {
      const { tracking_number } = entry.event;
      events.set(tracking_number, [...(events.get(tracking_number) ?? []), entry.event]);
    }
  }
  for (const entry of journal.entries) remember(entry);
  return {
    ...{ shipments, labels, labelByNumber, voids, events },
    write(entry: LedgerEntry): void {
      journal.append(entry);
      remember(entry);
    },
    /** What was made under this key; refuses the key when it was for something else. */
    earlier(kind: LedgerEntry['kind'], key: string, digest: string): string {
      const known = byKey.get(`${kind} ${key}`);
      if (known && known.digest !== digest)
        throw new Refused(409, 'idempotency_key_reused', 'This key was used for another request.');
      return known?.id ?? '';
    },
  };
}

/** The carrier's books: everything is in the journal, and read from it again at the next start. */
export function openLedger(journalPath: string | undefined, clock: () => Date) {
  const journal: Journal<LedgerEntry> = openJournal<LedgerEntry>(journalPath);
  const memory = readMemory(journal);
  const eventsOf = (label: Label): readonly TrackerEvent[] => memory.events.get(label.trackingNumber) ?? [];
  const statusOf = (label: Label): ParcelStatus => eventsOf(label).at(-1)?.status ?? 'pre_transit';
  const shipmentOf = (label: Label): Shipment => memory.shipments.get(label.shipmentId) as Shipment;
  const isVoided = (label: Label): boolean => memory.voids.has(label.id);

  return {
    ...{ eventsOf, statusOf, shipmentOf, isVoided },
    entries: journal.entries,
    shipment(key: string, request: ShipmentRequest): Shipment {
      const digest = digestOf(request);
      const known = memory.shipments.get(memory.earlier('shipment', key, digest));
      if (known) return known;
      const shipment = { ...request, id: `shp_${randomUUID()}` };
      memory.write({ kind: 'shipment', key, digest, shipment });
      return shipment;
    },
    /** `isNew` is false for a repeat. */
    label(key: string, shipmentId: string, service: string): { readonly label: Label; readonly isNew: boolean } {
      const digest = digestOf([shipmentId, service]);
      const known = memory.labels.get(memory.earlier('label', key, digest));
      if (known) return { label: known, isNew: false };
      const shipment = memory.shipments.get(shipmentId);
      if (!shipment) throw new Refused(404, 'shipment_unknown', 'There is no such shipment.');
      const label: Label = {
        id: `lbl_${randomUUID()}`,
        shipmentId,
        trackingNumber: `SBX${randomInt(1e11, 1e12)}`,
        rate: rateFor(shipment, service),
        boughtAt: clock().toISOString(),
      };
      memory.write({ kind: 'label', key, digest, label });
      return { label, isNew: true };
    },
    findLabel: (id: string): Label | undefined => memory.labels.get(id),
    findByNumber: (trackingNumber: string): Label | undefined => memory.labelByNumber.get(trackingNumber),
    void(label: Label): void {
      if (isVoided(label)) return;
      if (statusOf(label) !== 'pre_transit') throw new Refused(409, 'label_used', 'The parcel is on its way already.');
      memory.write({ kind: 'void', labelId: label.id, at: clock().toISOString() });
    },
    /** Two events of one parcel never happen at one moment. */
    record(label: Label, status: ParcelStatus): TrackerEvent {
      const last = eventsOf(label).at(-1);
      const at = Math.max(clock().getTime(), last ? Date.parse(last.occurred_at) + 1 : 0);
      const { from, to } = shipmentOf(label);
      const event: TrackerEvent = {
        id: `evt_${randomUUID()}`,
        tracking_number: label.trackingNumber,
        status,
        description: WORDS[status],
        location: (status === 'pre_transit' || status === 'accepted' ? from : to).city,
        occurred_at: new Date(at).toISOString(),
      };
      memory.write({ kind: 'event', event });
      return event;
    },
    /** Labels whose parcels still move. */
    moving: (): readonly Label[] =>
      [...memory.labels.values()].filter((label) => !isVoided(label) && !isOver(statusOf(label))),
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}

export type Ledger = ReturnType<typeof openLedger>;

export const isOver = (status: ParcelStatus): boolean => status === 'delivered' || status === 'return_to_sender';

/** The step after this one; a parcel with a problem is taken out for delivery again. */
export function nextStatus(status: ParcelStatus): ParcelStatus {
  if (status === 'exception') return 'out_for_delivery';
  const next = STEPS[(STEPS as readonly ParcelStatus[]).indexOf(status) + 1];
  if (!next || isOver(status)) throw new Refused(409, 'tracker_finished', 'The parcel has arrived.');
  return next;
}
