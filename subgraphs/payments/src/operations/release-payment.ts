import { badInput } from '@cartograph/kernel/errors';
import type { Money } from '@cartograph/kernel/money';
import { readText } from '@cartograph/kernel/text';
import { EFFECT_ID, type Effect } from '../domain/effect.ts';
import { isOpen, isUnwanted, type Payment } from '../domain/payment.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Ports, ReleaseClaim } from '../ports.ts';
import { effectRefused, type PaymentEffectOutcome, succeeded } from './effect-outcome.ts';
import { undoPayment } from './undo-payment.ts';

export interface ReleaseInput {
  readonly orderId: string;
  readonly key: string;
  /** Null lets go of all that is left. */
  readonly amount: Money | null;
}

type Claim = Omit<ReleaseClaim, 'id'>;

/**
 * Lets go of what is reserved and will never be taken. Gift cards and store credit have it back at once; a card's hold on
 * it ends by itself, since providers release the whole or nothing: which they are asked for when nothing is left.
 */
export const releasePayment =
  (ports: Ports) =>
  async ({ orderId, key, amount }: ReleaseInput): Promise<PaymentEffectOutcome> => {
    if (amount && amount.minor <= 0) throw badInput('"amount" must be more than zero.');
    const claim: Claim = { orderId, key: `order:${readText('key', key)}`, amount, requestedBy: 'orders' };
    const released = await ports.effects.release({ ...claim, id: ports.newId(EFFECT_ID.RELEASE) });
    // No payment of this order holds anything: what this key let go may have been the last of it.
    if (!released) return succeeded(null, await releasedBefore(ports, claim));
    const { payment, effect } = released;
    if (effect && amount && (amount.minor !== effect.amountMinor || amount.currency !== effect.currency))
      throw badInput(`The key "${key}" was used for another amount. Use a new key for another operation.`);
    if (!effect && (amount || isOpen(payment))) return effectRefused(whyNot(payment, amount));
    return succeeded(isUnwanted(payment) ? await undoPayment(ports, payment, false) : payment, effect && worth(effect));
  };

const worth = ({ amountMinor, currency }: Effect): Money => ({ minor: amountMinor, currency });

async function releasedBefore({ effects }: Ports, { orderId, key }: Claim): Promise<Money | null> {
  const earlier = (await effects.findByKey(orderId, key)).find(({ kind }) => kind === 'RELEASE');
  return earlier ? worth(earlier) : null;
}

function whyNot(payment: Payment, amount: Money | null): RefusalReason {
  if (amount && amount.currency !== payment.currency) return 'WRONG_CURRENCY';
  return isOpen(payment) ? 'NOT_AUTHORIZED' : 'EXCEEDS_AUTHORIZED';
}
