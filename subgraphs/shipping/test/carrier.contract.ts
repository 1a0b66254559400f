import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { describe, expect, it } from 'vitest';
import type { Carrier, LabelRequest } from '../src/ports.ts';

export interface CarrierUnderTest extends AsyncDisposable {
  readonly carrier: Carrier;
  /** Moves a parcel one step, as the world does. */
  advance(trackingNumber: string): Promise<void>;
}

const berlin: PostalAddress = {
  ...{ name: 'Ada Lovelace', company: null, line1: 'Invalidenstraße 1', line2: null, city: 'Berlin', region: null },
  ...{ postalCode: '10115', countryCode: 'DE', phone: null },
};
const request = (more: Partial<LabelRequest> = {}): LabelRequest => ({
  ...{ key: 'parcel-1:0', parcelId: 'Parcel:1', service: 'ground', from: berlin, to: berlin, weightGrams: 1200 },
  ...more,
});

/** What every carrier behind the port does: the fake that other tests trust, and the real adapters. */
export function carrierContract(name: string, open: () => Promise<CarrierUnderTest>): void {
  describe(`the carrier ${name}`, () => {
    it('sells one label per key, also at once, with a document to print', async () => {
      await using world = await open();
      const outcomes = await Promise.all([1, 2, 3].map(() => world.carrier.buyLabel(request())));
      const labels = outcomes.map((outcome) => (outcome.kind === 'bought' ? outcome.label : undefined));
      expect(new Set(labels.map((label) => label?.reference)).size).toBe(1);
      expect(labels[0]).toMatchObject({ contentType: 'application/pdf', service: 'ground' });
      expect(labels[0]?.trackingNumber).toMatch(/^[\w-]{4,64}$/);
      expect(URL.canParse(labels[0]?.trackingUrl ?? '')).toBe(true);
      expect(Buffer.from(labels[0]?.document ?? []).toString('latin1')).toMatch(/^%PDF-/);
    });

    it('sells another label for another key', async () => {
      await using world = await open();
      const [one, two] = [
        await world.carrier.buyLabel(request()),
        await world.carrier.buyLabel(request({ key: 'parcel-2:0' })),
      ];
      expect(one.kind === 'bought' && two.kind === 'bought' && one.label.reference !== two.label.reference).toBe(true);
    });

    it('refuses an address that it does not know, in words', async () => {
      await using world = await open();
      const outcome = await world.carrier.buyLabel(request({ to: { ...berlin, postalCode: '101' } }));
      expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('postal code') });
    });

    it('takes a label back, as often as it is asked', async () => {
      await using world = await open();
      const outcome = await world.carrier.buyLabel(request());
      if (outcome.kind !== 'bought') throw new Error('no label');
      for (let n = 0; n < 2; n += 1)
        expect(await world.carrier.voidLabel(outcome.label.reference)).toEqual({ kind: 'voided' });
    });

    it('tells where a parcel is, and nothing about an unknown one', async () => {
      await using world = await open();
      const outcome = await world.carrier.buyLabel(request());
      if (outcome.kind !== 'bought') throw new Error('no label');
      const { trackingNumber } = outcome.label;
      await world.advance(trackingNumber);
      await world.advance(trackingNumber);
      const messages = await world.carrier.track(trackingNumber);
      expect(messages.map(({ status }) => status).slice(-2)).toEqual(['HANDED_OVER', 'IN_TRANSIT']);
      expect(new Set(messages.map(({ reference }) => reference)).size).toBe(messages.length);
      expect(await world.carrier.track('SBX000000000000')).toEqual([]);
    });
  });
}
