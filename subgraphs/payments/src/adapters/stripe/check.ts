import { createStripeClient, type StripeOptions } from './client.ts';

/** Reads one payment, if there is any: what a key must be able to do. */
export async function checkStripe(options: StripeOptions): Promise<string> {
  const client = createStripeClient(options);
  try {
    await client.ask((stripe) => stripe.paymentIntents.list({ limit: 1 }));
    return 'the key may read payments';
  } finally {
    await client.close();
  }
}
