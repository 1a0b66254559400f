import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createPurchaseStore } from '../src/datasources/purchase-store.ts';
import type { Carrier, LabelRequest, Purchases } from '../src/ports.ts';
import type { Webhook } from '../src/providers.ts';

/** A carrier and the world behind it. */
export interface CarrierWorld extends AsyncDisposable {
  readonly carrier: Carrier;
  /** As methods name it. */
  readonly name: string;
  readonly service: string;
  readonly here: PostalAddress;
  /** An address that the carrier does not know. */
  readonly nowhere: PostalAddress;
  /** What a shop needs to take its webhooks. */
  readonly routes: readonly Webhook[];
  /** Null for a carrier that has none. */
  readonly webhooks: CarrierWebhooks | null;
  /** Moves a parcel one step, as the world does. */
  advance(trackingNumber: string): Promise<void>;
  /** What the next purchase meets: an outage before its effect, a lost answer after it, a limit. */
  fail(next: 'before' | 'after' | 'limit'): void;
  /** The tracking numbers of all labels that it ever sold. */
  sold(): readonly string[];
}

export interface CarrierWebhooks {
  sendTo(url: string): void;
  /** What waits to be told is told, so many times. */
  deliver(times?: number): Promise<void>;
  /** What waits is lost. */
  lose(): void;
}

export type OpenWorld = (purchases: Purchases) => Promise<CarrierWorld>;

const requestFor = ({ service, here }: CarrierWorld, more: Partial<LabelRequest> = {}): LabelRequest => ({
  ...{ key: 'parcel-1:0', parcelId: 'Parcel:1', service, from: here, to: here, weightGrams: 1200 },
  ...more,
});

async function buy(world: CarrierWorld, more: Partial<LabelRequest> = {}) {
  const outcome = await world.carrier.buyLabel(requestFor(world, more));
  if (outcome.kind !== 'bought') throw new Error(`no label: ${outcome.reason}`);
  return outcome.label;
}

/** What every carrier behind the port does: the fake that other tests trust, and the real adapters. */
export function carrierContract(name: string, openWorld: OpenWorld): void {
  async function open() {
    const db = await testDatabase('shipping');
    const world = await openWorld(createPurchaseStore(db.pool));
    return {
      ...world,
      async [Symbol.asyncDispose]() {
        await world[Symbol.asyncDispose]();
        await db[Symbol.asyncDispose]();
      },
    };
  }

  describe(`the carrier ${name}`, () => {
    it('sells one label per key, also at once, with a document to print', async () => {
      await using world = await open();
      const labels = await Promise.all([1, 2, 3].map(() => buy(world)));
      expect(new Set(labels.map(({ reference }) => reference)).size).toBe(1);
      const [label] = labels;
      expect(label?.service).toBe(world.service);
      expect(label?.trackingNumber).toMatch(/^[\w-]{4,64}$/);
      expect(URL.canParse(label?.trackingUrl ?? '')).toBe(true);
      expect(label?.contentType).toMatch(/^(application\/pdf|image\/(png|gif))$/);
      expect(Buffer.from(label?.document ?? []).toString('latin1')).toMatch(/^(%PDF-|\x89PNG|GIF8)/);
      expect(world.sold()).toEqual([label?.trackingNumber]);
    });

    it('sells another label for another key', async () => {
      await using world = await open();
      const [one, two] = [await buy(world), await buy(world, { key: 'parcel-2:0' })];
      expect(one.reference).not.toBe(two.reference);
      expect(world.sold()).toEqual([one.trackingNumber, two.trackingNumber]);
    });

    it.each(['before', 'after', 'limit'] as const)(
      'sells one label when a purchase fails %s its effect',
      async (when) => {
        await using world = await open();
        world.fail(when);
        const first = await world.carrier.buyLabel(requestFor(world)).catch((error: Error) => error.name);
        if (typeof first === 'string') expect(first).toBe('Unavailable');
        const label = await buy(world);
        expect(world.sold()).toEqual([label.trackingNumber]);
        expect(await buy(world)).toEqual(label);
      },
    );

    it('refuses an address that it does not know, in words, and sells when it is corrected', async () => {
      await using world = await open();
      const outcome = await world.carrier.buyLabel(requestFor(world, { to: world.nowhere }));
      expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('postal code') });
      expect(world.sold()).toEqual([]);
      await buy(world, { key: 'parcel-1:1' });
      expect(world.sold()).toHaveLength(1);
    });

    it('takes a label back, as often as it is asked', async () => {
      await using world = await open();
      const { reference } = await buy(world);
      for (let n = 0; n < 2; n += 1) expect(await world.carrier.voidLabel(reference)).toEqual({ kind: 'voided' });
    });

    it('tells where a parcel is, and nothing about an unknown one', async () => {
      await using world = await open();
      const { trackingNumber } = await buy(world);
      await world.advance(trackingNumber);
      await world.advance(trackingNumber);
      const messages = await world.carrier.track(trackingNumber);
      expect(messages.map(({ status }) => status).slice(-2)).toEqual(['HANDED_OVER', 'IN_TRANSIT']);
      expect(messages.every((message) => message.trackingNumber === trackingNumber)).toBe(true);
      expect(new Set(messages.map(({ reference }) => reference)).size).toBe(messages.length);
      expect((await world.carrier.track(trackingNumber)).map(({ reference }) => reference)).toEqual(
        messages.map(({ reference }) => reference),
      );
      expect(await world.carrier.track(trackingNumber.replaceAll(/\d/g, '9'))).toEqual([]);
    });
  });
}
