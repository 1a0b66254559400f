import { normaliseCode } from '../domain/stored-value.ts';
import type { Ports } from '../ports.ts';
import { hashCode } from './gift-card-code.ts';

/** The demo customers, whose ids the customers subgraph's own demo fixes. */
export const ADA = 'Customer:01JDEM0ADA0000000000000000';
export const BOB = 'Customer:01JDEM0B0B0000000000000000';

const CARDS = [
  { code: 'GIFT-50-EUR', minor: 50_00, currency: 'EUR', customerId: null },
  { code: 'GIFT-10-EUR', minor: 10_00, currency: 'EUR', customerId: null },
  { code: 'GIFT-500-EUR', minor: 500_00, currency: 'EUR', customerId: null },
  { code: 'GIFT-50-USD', minor: 50_00, currency: 'USD', customerId: null },
  { code: 'GIFT-ADA-EUR', minor: 25_00, currency: 'EUR', customerId: ADA },
] as const;

const METHODS = [
  { id: 'PaymentMethod:01JDEM0ADAV1SA00000000000A', customerId: ADA, brand: 'visa', last4: '4242', token: 'visa' },
  { id: 'PaymentMethod:01JDEM0ADA3DS000000000000A', customerId: ADA, brand: 'visa', last4: '3155', token: '3ds' },
  {
    id: 'PaymentMethod:01JDEM0B0BMC0000000000000A',
    customerId: BOB,
    brand: 'mastercard',
    last4: '4444',
    token: 'mastercard',
  },
] as const;

/** Gift cards, saved cards and store credit to try things with. One statement when they are there already. */
export async function seedDemo(ports: Ports, log: (message: string) => void): Promise<void> {
  for (const { code, minor, currency, customerId } of CARDS) {
    const issued = await ports.storedValues.issue({
      id: ports.newId('GiftCard'),
      key: `demo:${code}`,
      codeHash: hashCode(normaliseCode(code)),
      last4: normaliseCode(code).slice(-4),
      amount: { minor, currency },
      customerId,
      expiresAt: null,
    });
    if (!issued?.isNew) return;
  }
  const hasSandbox = ports.providers.all.some(({ name }) => name === 'sandbox');
  for (const { token, ...method } of hasSandbox ? METHODS : [])
    await ports.savedMethods.save({
      ...method,
      provider: 'sandbox',
      // Built into the sandbox provider, so that it need not run while the shop is filled.
      providerToken: `pm_card_${token}`,
      expMonth: 12,
      expYear: 2034,
    });
  const amount = { minor: 15_00, currency: 'EUR' };
  await ports.storedValues.grant({
    id: ports.newId('StoreCredit'),
    transactionId: 'Grant:demo-ada',
    customerId: ADA,
    amount,
  });
  log(`payments: ${CARDS.length} gift cards (try GIFT-50-EUR), ${METHODS.length} saved cards, store credit for Ada`);
}
