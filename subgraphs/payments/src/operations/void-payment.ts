import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { netMinor } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';
import { effectRefused, type PaymentEffectOutcome, succeeded } from './effect-outcome.ts';
import { undoPayment } from './undo-payment.ts';

/**
 * Bars the order first, so that an authorisation under way finds the bar when it comes back and undoes itself; then
 * undoes what is there. Repeating it is always right, so its key only names it for the caller.
 */
export const voidPayment =
  (ports: Ports) =>
  async (orderId: string): Promise<PaymentEffectOutcome> => {
    if (!isId('Order', orderId)) throw badInput('"orderId" is not the id of an order.');
    const payment = await ports.authorizations.bar(orderId);
    if (!payment) return succeeded(null);
    const after = await undoPayment(ports, payment, false);
    return netMinor(after) > 0 ? effectRefused('REFUSED_BY_PROVIDER') : succeeded(after);
  };
