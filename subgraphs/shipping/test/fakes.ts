import { Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import { readSandboxEvent } from '../src/adapters/sandbox-carrier.ts';
import type { BoughtLabel, Carrier, CarrierMessage, LabelRequest, ShipmentChange } from '../src/ports.ts';

export interface FakeCarrier extends Carrier {
  /** Every label ever sold, by key. */
  readonly sold: Map<string, BoughtLabel>;
  rates?: NonNullable<Carrier['rates']>;
  readonly voided: Set<string>;
  readonly messages: Map<string, CarrierMessage[]>;
  readonly requests: LabelRequest[];
  /** What the next purchases meet, in order; afterwards all goes well. */
  readonly trouble: ('refuse' | 'lose the answer' | 'be down' | (() => Promise<void>))[];
  refusesVoid: boolean;
}

/** A carrier in memory that keeps the port's promises: one label per key, voids that may be repeated. */
export function createFakeCarrier(): FakeCarrier {
  const sold = new Map<string, BoughtLabel>();
  const carrier: FakeCarrier = {
    sold,
    voided: new Set(),
    messages: new Map(),
    requests: [],
    trouble: [],
    refusesVoid: false,
    async buyLabel(request) {
      carrier.requests.push(request);
      const trouble = carrier.trouble.shift();
      if (trouble === 'be down') throw new Unavailable('carrier');
      if (trouble === 'refuse' || !/^\d{5}$/.test(request.to.postalCode ?? ''))
        return { kind: 'refused', reason: `"${request.to.postalCode}" is not a postal code of DE.` };
      const label = sold.get(request.key) ?? labelFor(sold.size + 1, request);
      sold.set(request.key, label);
      if (trouble === 'lose the answer') throw new Unavailable('carrier', { timedOut: true });
      if (typeof trouble === 'function') await trouble();
      return { kind: 'bought', label };
    },
    async voidLabel(reference) {
      if (carrier.refusesVoid) return { kind: 'refused', reason: 'The parcel is on its way already.' };
      carrier.voided.add(reference);
      return { kind: 'voided' };
    },
    track: async (trackingNumber) => carrier.messages.get(trackingNumber) ?? [],
    readEvent: readSandboxEvent,
  };
  return carrier;
}

const labelFor = (n: number, { service }: LabelRequest): BoughtLabel => ({
  reference: `lbl_${n}`,
  service,
  trackingNumber: `SBX${String(n).padStart(12, '0')}`,
  trackingUrl: `https://carrier.example/track/SBX${String(n).padStart(12, '0')}`,
  cost: money(335, 'EUR'),
  contentType: 'application/pdf',
  document: Buffer.from('%PDF-1.3 a label'),
});

export function createFakeOrders() {
  const told: ShipmentChange[] = [];
  return { told, shipmentChanged: async (change: ShipmentChange) => void told.push(change) };
}
