import { describe, expect, it } from 'vitest';
import type { BoughtLabel } from '../src/ports.ts';
import type { CarrierWorld, OpenWorld } from './carrier.contract.ts';
import { createFakeCarrier } from './fakes.ts';
import { MONDAY, openShop, plan, type Shop, shipmentOf } from './shop.ts';

type WorldShop = Shop & { readonly world: CarrierWorld };

const HOUR_MS = 3_600_000;

/** What a shop makes of a carrier, whichever it is. */
export function carrierJourney(name: string, world: OpenWorld, { hasWebhooks = false } = {}): void {
  async function open(clock = () => MONDAY): Promise<WorldShop> {
    const shop = (await openShop({ world, clock })) as WorldShop;
    shop.world.webhooks?.sendTo(shop.url);
    return shop;
  }
  const planned = (shop: WorldShop) => plan(shop, { address: shop.world.here });
  const label = async (shop: WorldShop, id: string): Promise<string> => {
    await shop.operations.buyLabels(id);
    return (await shipmentOf(shop, id)).trackingNumber;
  };
  const stored = async (shop: Shop): Promise<number> =>
    (await shop.db.pool.query('SELECT count(*) AS n FROM tracking_events')).rows[0].n;

  describe(`a shop with the carrier ${name}`, () => {
    it('follows a parcel to the door by asking, when no webhook ever came', async () => {
      // From today, because some worlds have clocks of their own.
      let now = new Date();
      await using shop = await open(() => now);
      const { id } = await planned(shop);
      const trackingNumber = await label(shop, id);
      for (const status of ['HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED']) {
        await shop.world.advance(trackingNumber);
        shop.world.webhooks?.lose();
        now = new Date(now.getTime() + 24 * HOUR_MS);
        await shop.operations.askSilentCarriers();
        expect((await shipmentOf(shop, id)).status).toBe(status);
      }
    });

    it('buys with nobody else while the outcome is unknown, and goes on with the same label', async () => {
      await using shop = await open();
      const other = createFakeCarrier();
      (shop.ports.carriers as Map<string, unknown>).set('OTHER', other);
      const { id } = await planned(shop);
      for (const when of ['after', 'before', 'after'] as const) {
        shop.world.fail(when);
        await shop.operations.buyLabels(id).catch(() => {});
      }
      const trackingNumber = await label(shop, id);
      expect(shop.world.sold()).toEqual([trackingNumber]);
      expect(other.requests).toEqual([]);
    });

    it.runIf(hasWebhooks)(
      'keeps what a webhook told before the label was stored, and stores what comes twice once',
      async () => {
        await using shop = await open();
        const { world } = shop;
        if (!world.webhooks) throw new Error('it has no webhooks');
        const early = async ({ trackingNumber }: BoughtLabel) => {
          await world.advance(trackingNumber);
          await world.webhooks?.deliver(2);
        };
        const told = {
          ...world.carrier,
          async buyLabel(...asked: Parameters<typeof world.carrier.buyLabel>) {
            const outcome = await world.carrier.buyLabel(...asked);
            if (outcome.kind === 'bought') await early(outcome.label);
            return outcome;
          },
        };
        (shop.ports.carriers as Map<string, unknown>).set(world.name, told);
        const { id } = await planned(shop);
        const trackingNumber = await label(shop, id);
        expect((await shipmentOf(shop, id)).status).toBe('HANDED_OVER');
        const before = await stored(shop);
        await world.advance(trackingNumber);
        await world.webhooks.deliver(3);
        expect((await shipmentOf(shop, id)).status).toBe('IN_TRANSIT');
        expect(await stored(shop)).toBe(before + 1);
      },
    );
  });
}
