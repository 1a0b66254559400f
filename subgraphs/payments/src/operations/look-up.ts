import { isOpen, type Payment } from '../domain/payment.ts';
import type { ProviderPayment } from '../ports/payment-provider.ts';
import type { Ports } from '../ports.ts';
import { soughtOf } from './sought.ts';

/**
 * How the payment stands at its provider. What the buyer has approved is completed on the way, unless we have given the
 * payment up meanwhile.
 */
export async function lookUp(
  { providers }: Pick<Ports, 'providers'>,
  payment: Payment,
): Promise<ProviderPayment | null> {
  const provider = providers.named(payment.provider);
  const found = await provider.find(soughtOf(payment));
  if (found?.status !== 'approved' || !provider.complete || !isOpen(payment)) return found;
  return provider.complete({ ...soughtOf(payment), providerId: found.providerId });
}
