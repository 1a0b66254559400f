import type { Money } from '@cartograph/kernel/money';
import type { ProviderAnswer } from '@cartograph/providers/http';
import type { ProviderEffectAnswer, ProviderEffectRequest } from '../../ports/payment-provider.ts';
import { minorOf, toPaypalAmount } from './amounts.ts';
import { type PaypalClient, unexpected } from './client.ts';
import { toName } from './names.ts';
import { authorizationOf, capturesOf, leftOf, type Order, refundsOf, toPayment } from './picture.ts';

const REFUSED: ProviderEffectAnswer = { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };
const ABSENT: ProviderEffectAnswer = { kind: 'refused', reason: 'NOT_AUTHORIZED' };

export async function readOrder({ get }: PaypalClient, id: string): Promise<Order | null> {
  const answer = await get(`/v2/checkout/orders/${encodeURIComponent(id)}`);
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw unexpected(answer);
  return answer.body as Order;
}

/** What PayPal has of it already, under the effect's id. */
const earlier = (order: Order, id: string): ProviderEffectAnswer | null => {
  const found = toPayment(order).effects.find((effect) => effect.id === id);
  return found ? answerOf(found.status === 'REFUSED' ? 'FAILED' : found.status) : null;
};

const answerOf = (status: string): ProviderEffectAnswer => {
  if (status === 'PENDING') return { kind: 'received', version: 0 };
  return status === 'COMPLETED' || status === 'SUCCEEDED' ? { kind: 'done', version: 0 } : REFUSED;
};

function outcomeOf(answer: ProviderAnswer): ProviderEffectAnswer {
  if (answer.status === 201 || answer.status === 200) return answerOf((answer.body as { status: string }).status);
  if (answer.status === 422) return REFUSED;
  throw unexpected(answer);
}

export async function capture(
  client: PaypalClient,
  { id, providerId, amount }: ProviderEffectRequest,
): Promise<ProviderEffectAnswer> {
  const [order, wanted] = [await readOrder(client, providerId), toPaypalAmount(amount)];
  const authorization = order && authorizationOf(order);
  if (!order || !authorization) return ABSENT;
  const known = earlier(order, id);
  if (known) return known;
  if (authorization.status === 'VOIDED' || authorization.status === 'DENIED') return ABSENT;
  // PayPal itself lets some captures exceed what is reserved; we do not.
  const taken = capturesOf(order).reduce((sum, part) => sum + minorOf(part.amount), 0);
  if (!wanted || taken + amount.minor > minorOf(authorization.amount)) return REFUSED;
  const body = { amount: wanted, invoice_id: toName(id), final_capture: false };
  return outcomeOf(await client.post(`/v2/payments/authorizations/${authorization.id}/capture`, id, body));
}

/**
 * A refund is of one capture there, so one of ours may take several. The last bears our effect's id, which so is done when
 * all are; whoever repeats it goes on with what is missing.
 */
export async function refund(
  client: PaypalClient,
  { id, reference, providerId, amount }: ProviderEffectRequest,
): Promise<ProviderEffectAnswer> {
  const order = await readOrder(client, providerId);
  if (!order) return ABSENT;
  const known = earlier(order, id);
  if (known) return known;
  const parts = refundsOf(order).filter(({ invoice_id }) => invoice_id?.startsWith(`${toName(id)},`));
  const missing = amount.minor - parts.reduce((sum, part) => sum + minorOf(part.amount), 0);
  const steps = split(order, { minor: missing, currency: amount.currency });
  if (steps.length === 0) return REFUSED;
  for (const [index, { captureId, part }] of steps.entries()) {
    const wanted = toPaypalAmount(part);
    if (!wanted) return REFUSED;
    const name = index === steps.length - 1 ? toName(id) : `${toName(id)},${captureId}`;
    const body = { amount: wanted, invoice_id: name, custom_id: toName(reference) };
    const answer = outcomeOf(await client.post(`/v2/payments/captures/${captureId}/refund`, name, body));
    if (index === steps.length - 1 || answer.kind === 'refused') return answer;
  }
  return REFUSED;
}

/** Nothing when the captures have not that much left together. */
function split(order: Order, { minor, currency }: Money): readonly { captureId: string; part: Money }[] {
  const steps: { captureId: string; part: Money }[] = [];
  let left = minor;
  for (const one of capturesOf(order)) {
    const part = Math.min(left, leftOf(order, one));
    if (part > 0) steps.push({ captureId: one.id, part: { minor: part, currency } });
    left -= part;
  }
  return left === 0 ? steps : [];
}
