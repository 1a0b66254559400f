import { isOpen } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';
import { type AuthorizeOutcome, outcomeOf, refresh, refused } from './authorize-payment.ts';
import { SERVICE } from './service.ts';

/** How the order's payment stands, the provider asked while nobody knows: after 3-D Secure, or after a lost answer. */
export const confirmPayment =
  (ports: Ports) =>
  async (orderId: string): Promise<AuthorizeOutcome> => {
    const [payment] = await ports.payments.findCurrent(SERVICE, [orderId]);
    if (!payment) return refused('NOT_FOUND');
    return isOpen(payment) ? refresh(ports, payment) : outcomeOf(payment);
  };
