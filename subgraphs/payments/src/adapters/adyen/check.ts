import { type AdyenOptions, AdyenRefusal, createAdyenClient } from './client.ts';

/** Adyen has no question that costs nothing. It looks at the key before it looks at what is asked, which here is nothing. */
export async function checkAdyen(options: AdyenOptions): Promise<string> {
  const client = createAdyenClient(options);
  try {
    await client.payments.paymentsDetails({ details: {} });
  } catch (error) {
    if (!(error instanceof AdyenRefusal)) throw error;
  } finally {
    await client.close();
  }
  return 'the key is known';
}
