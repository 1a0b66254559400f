import { createPaypalClient, type PaypalOptions } from './client.ts';

/** Asks for an order that nobody has made: with right keys it is not there. */
export async function checkPaypal(options: PaypalOptions): Promise<string> {
  const client = createPaypalClient(options);
  try {
    await client.get('/v2/checkout/orders/0');
    return 'the keys are known';
  } finally {
    await client.close();
  }
}
