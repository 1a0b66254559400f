import type { Moved } from '../../domain/reconciliation.ts';
import type { StripeClient } from './client.ts';
import { chargeOf } from './picture.ts';
import { stripeUnits } from './units.ts';

/**
 * What Stripe's own books say of payments that were made since then, whoever made them; and which older ones have given
 * money back since, of which the caller asks for the whole.
 */
export async function* moved({ ask }: StripeClient, from: Date): AsyncGenerator<Moved> {
  const created = { gte: Math.floor(from.getTime() / 1000) };
  const seen = new Set<string>();
  for (let after: string | undefined, more = true; more; ) {
    const page = await ask((stripe) =>
      stripe.paymentIntents.list({
        ...{ created, limit: 100, expand: ['data.latest_charge'] },
        ...(after && { starting_after: after }),
      }),
    );
    for (const intent of page.data) {
      seen.add(intent.id);
      if (intent.status !== 'succeeded') continue;
      const refunded = chargeOf(intent)?.amount_refunded ?? 0;
      yield toMoved(intent.metadata.reference ?? intent.id, intent.currency, intent.amount_received, refunded);
    }
    after = page.data.at(-1)?.id;
    more = page.has_more;
  }
  for (let after: string | undefined, more = true; more; ) {
    const page = await ask((stripe) =>
      stripe.refunds.list({ created, limit: 100, ...(after && { starting_after: after }) }),
    );
    for (const { id, payment_intent, metadata, currency, amount } of page.data) {
      const intent = String(payment_intent ?? id);
      if (!seen.has(intent)) yield toMoved(metadata?.reference ?? (await referenceOf(intent)), currency, 0, amount);
      seen.add(intent);
    }
    after = page.data.at(-1)?.id;
    more = page.has_more;
  }

  /** Of a refund that was made by hand, which says nothing of us. */
  async function referenceOf(intent: string): Promise<string> {
    if (!intent.startsWith('pi_')) return intent;
    return (await ask((stripe) => stripe.paymentIntents.retrieve(intent))).metadata.reference ?? intent;
  }
}

const toMoved = (reference: string, currency: string, captured: number, refunded: number): Moved => ({
  reference,
  currency: currency.toUpperCase(),
  capturedMinor: stripeUnits.from(captured, currency).minor,
  refundedMinor: stripeUnits.from(refunded, currency).minor,
});
