import type { Webhook } from '@cartograph/contract-server/webhooks';
import { describe, expect, it } from 'vitest';
import { openProviderShop, type ProviderDouble, type ProviderShop } from './provider-shop.ts';
import { type Authorization, effect, eventually, newOrder, voidPayment } from './setup.ts';

export interface JourneyTraits {
  /** Nobody can ask the provider for what came of a capture or refund: it tells, and tells again until it is heard. */
  readonly onlyTells?: boolean;
  /** Every payment waits for the buyer's approval, and only a yes is told. */
  readonly asksAlways?: boolean;
}

const reversed = { order: (all: Webhook[]) => all.reverse() };

/** What holds for a shop whatever its provider, with all that can go wrong between them. */
export function describePaymentJourney(
  name: string,
  open: (target: () => string) => Promise<ProviderDouble>,
  { onlyTells = false, asksAlways = false }: JourneyTraits = {},
): void {
  /** The provider's events come, and whatever they lead to is in our books. */
  const settle = ({ double }: ProviderShop) => double.webhooks.deliver();

  /** With the buyer's approval, where the provider always asks for it. */
  async function pay(shop: ProviderShop, given: Authorization & { readonly orderId: string }) {
    const answer = await shop.authorize(given);
    if (!asksAlways || answer.__typename !== 'PaymentNeedsAction') return answer;
    await shop.double.decide((await shop.payment(given.orderId)).providerReference, true);
    await eventually(async () => {
      await settle(shop);
      await shop.makeDue();
      return (await shop.payment(given.orderId)).status !== 'ACTION_REQUIRED';
    });
    return shop.authorize(given);
  }

  describe(`a shop beside ${name}`, () => {
    it('authorises, takes a part, and gives it back in parts', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      const answer = await pay(shop, { orderId });
      expect(answer).toMatchObject({ __typename: 'PaymentAuthorized', payment: { status: 'AUTHORIZED' } });
      await effect(shop, 'capturePayment', orderId, { amount: '60.00' });
      await settle(shop);
      await effect(shop, 'refundPayment', orderId, { key: 'r1', amount: '10.00' });
      await effect(shop, 'refundPayment', orderId, { key: 'r1', amount: '10.00' });
      await settle(shop);
      await effect(shop, 'refundPayment', orderId, { key: 'r2', amount: '20.00' });
      expect(await effect(shop, 'refundPayment', orderId, { key: 'r3', amount: '30.01' })).toMatchObject({
        reason: 'EXCEEDS_CAPTURED',
      });
      await settle(shop);
      const payment = await shop.payment(orderId);
      expect(payment).toMatchObject({ status: 'PARTIALLY_REFUNDED', captured: '60.00', refunded: '30.00' });
      expect(payment).toMatchObject({ provider: shop.double.name, providerReference: expect.any(String) });
      expect(shop.double.ledger(payment.id)).toEqual({ charges: 1, captured: 60_00, refunded: 30_00 });
    });

    it('goes on after 3-D Secure when the provider tells of it, then takes the money and gives it back', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      const answer = await shop.authorize({ orderId, token: 'tok_3ds', capture: 'AUTOMATIC' });
      expect(answer.__typename).toBe('PaymentNeedsAction');
      expect(answer.redirectUrl).toMatch(/^https:/);
      const { providerReference } = await shop.payment(orderId);
      await shop.double.decide(providerReference, true);
      // Until nothing more is told: what was authorised by one event is captured, and that is told by another.
      await eventually(async () => {
        await settle(shop);
        await shop.makeDue();
        return (await shop.payment(orderId)).status === 'CAPTURED';
      });
      await eventually(() => shop.told.find((news) => news.orderId === orderId && news.status === 'CAPTURED'));
      await effect(shop, 'refundPayment', orderId, { amount: '100.00' });
      await settle(shop);
      expect(await shop.payment(orderId)).toMatchObject({ status: 'REFUNDED', refunded: '100.00' });
    });

    it.runIf(!asksAlways)('lets the buyer try another card when the bank says no', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      await shop.authorize({ orderId, token: 'tok_3ds' });
      await shop.double.decide((await shop.payment(orderId)).providerReference, false);
      await settle(shop);
      await eventually(async () => (await shop.payment(orderId)).status === 'DECLINED');
      expect(await shop.authorize({ orderId, key: 'key-2', token: 'tok_declined' })).toMatchObject({
        reason: 'DECLINED',
      });
      expect(await shop.authorize({ orderId, key: 'key-3' })).toMatchObject({ __typename: 'PaymentAuthorized' });
      await settle(shop);
      expect(await shop.payment(orderId)).toMatchObject({ status: 'AUTHORIZED' });
    });

    it('charges once when the answer to an authorisation is lost, however often it is asked again', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      shop.lose('authorize');
      const first = await pay(shop, { orderId });
      await settle(shop);
      const answers = await Promise.all(Array.from({ length: 3 }, () => shop.authorize({ orderId })));
      for (const answer of [...(first.__typename === 'PaymentUnknown' ? [] : [first]), ...answers])
        expect(answer.__typename).toBe('PaymentAuthorized');
      await effect(shop, 'capturePayment', orderId);
      await settle(shop);
      const { id } = await shop.payment(orderId);
      expect(shop.double.ledger(id)).toEqual({ charges: 1, captured: 100_00, refunded: 0 });
    });

    it('takes and gives back once when those answers are lost, and finds out what became of them', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      await pay(shop, { orderId });
      for (const [call, name, status] of [
        ['capture', 'capturePayment', 'CAPTURED'],
        ['refund', 'refundPayment', 'REFUNDED'],
      ] as const) {
        shop.lose(call);
        await expect(effect(shop, name, orderId)).rejects.toThrow(/DEADLINE_EXCEEDED|SERVICE_UNAVAILABLE/);
        if (onlyTells) await settle(shop);
        // Where it can be asked, its events are lost.
        else shop.double.webhooks.drop();
        await eventually(async () => {
          await shop.makeDue();
          return (await shop.payment(orderId)).status === status;
        });
      }
      const { id } = await shop.payment(orderId);
      expect(shop.double.ledger(id)).toEqual({ charges: 1, captured: 100_00, refunded: 100_00 });
    });

    it('takes events twice, and in the wrong order, for what they are', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      await pay(shop, { orderId });
      await effect(shop, 'capturePayment', orderId);
      if (onlyTells) await settle(shop);
      await effect(shop, 'refundPayment', orderId, { amount: '40.00' });
      const statuses = await shop.double.webhooks.deliver({ ...reversed, times: 2 });
      expect(new Set(statuses)).toEqual(new Set([200]));
      // An event of which the provider had to be asked, and gave no answer in time, is taken up again.
      await eventually(async () => {
        const { rowCount } = await shop.db.pool.query('SELECT FROM provider_events WHERE applied_at IS NULL');
        return rowCount === 0;
      });
      expect(await shop.payment(orderId)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: '40.00' });
    });

    it.runIf(!asksAlways)('may hear of a payment before it gets the answer', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      shop.double.faults.add({ operation: shop.double.operations.authorize, at: 'after', does: { delayMs: 400 } });
      const answer = shop.authorize({ orderId });
      await eventually(() => shop.double.webhooks.waiting.length > 0);
      await settle(shop);
      expect((await answer).__typename).toBe('PaymentAuthorized');
      expect(await shop.payment(orderId)).toMatchObject({ status: 'AUTHORIZED' });
      expect((await voidPayment(shop, orderId)).__typename).toBe('PaymentEffectSuccess');
      await settle(shop);
    });

    it.runIf(!onlyTells)('finds out by itself what the buyer has confirmed, when the event of it is lost', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      await shop.authorize({ orderId, token: 'tok_3ds' });
      await shop.double.decide((await shop.payment(orderId)).providerReference, true);
      shop.double.webhooks.drop();
      await eventually(async () => {
        await shop.makeDue();
        return (await shop.payment(orderId)).status === 'AUTHORIZED';
      });
    });

    it.runIf(!asksAlways)(
      'leaves nothing with the buyer’s bank when the order is voided while nobody knows',
      async () => {
        await using shop = await openProviderShop(open);
        const orderId = newOrder();
        shop.lose('authorize');
        const authorizing = shop.authorize({ orderId });
        await eventually(() => shop.double.webhooks.waiting.length > 0);
        await voidPayment(shop, orderId).catch(() => {});
        await authorizing.catch(() => {});
        await eventually(async () => {
          await settle(shop);
          await shop.makeDue();
          return (await shop.payment(orderId)).status === 'VOIDED';
        });
        const { id } = await shop.payment(orderId);
        expect(shop.double.ledger(id)).toMatchObject({ captured: 0 });
        expect(await shop.authorize({ orderId, key: 'key-2' })).toMatchObject({ reason: 'VOIDED' });
      },
    );

    it('charges nothing when the buyer confirms what was voided meanwhile', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      await shop.authorize({ orderId, token: 'tok_3ds', capture: 'AUTOMATIC' });
      const { id, providerReference } = await shop.payment(orderId);
      await voidPayment(shop, orderId);
      expect(await shop.payment(orderId)).toMatchObject({ status: 'VOIDED' });
      await shop.double.decide(providerReference, true).catch(() => {});
      await settle(shop);
      expect(shop.double.ledger(id)).toMatchObject({ charges: 0, captured: 0 });
    });

    it('believes nothing that the provider has not signed', async () => {
      await using shop = await openProviderShop(open);
      const orderId = newOrder();
      await shop.authorize({ orderId, token: 'tok_3ds' });
      await shop.double.decide((await shop.payment(orderId)).providerReference, true);
      const [genuine] = [...shop.double.webhooks.waiting];
      const before = await shop.payment(orderId);
      shop.double.webhooks.drop();
      const body = String(genuine?.body);
      const forged = shop.double.forge?.(body) ?? body.replace(/\}$/, ' }');
      shop.double.webhooks.add({ body: forged, headers: genuine?.headers ?? {} });
      shop.double.webhooks.add({ body: shop.double.strip?.(body) ?? body, headers: {} });
      expect(await settle(shop)).toEqual([401, 401]);
      expect(await shop.payment(orderId)).toEqual(before);
    });
  });
}
