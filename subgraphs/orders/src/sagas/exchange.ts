import { reasonOf } from '@cartograph/kernel/errors';
import type { Money } from '@cartograph/kernel/money';
import type { Ports } from '../ports.ts';
import { refundOnceTaken } from './refund-once-taken.ts';

/** What is to come in the place of returned goods, as far as the return has a part in it; plain JSON. */
export interface ExchangeState {
  readonly returnId: string;
  /** What the goods were worth of it; null until they have arrived. */
  readonly credit: Money | null;
  readonly parentId: string;
}

/**
 * What has been returned already pays for nothing any more: it is given back. A refusal is final: the exchange is over all
 * the same, and the timeline says what is owed. So it does when staff have given up that there will be an answer.
 */
export async function giveUpExchange(
  ports: Pick<Ports, 'orders' | 'payments' | 'returns'>,
  { returnId, parentId, credit }: ExchangeState,
  isLeftOut: boolean,
): Promise<void> {
  const { returns } = ports;
  if (!credit || credit.minor === 0) return returns.giveUpExchange(returnId, null);
  const request = { orderId: parentId, key: `${returnId}:credit`, amount: credit, reason: 'Exchange given up' };
  const answer = await refundOnceTaken(ports, request).catch((error: unknown) => {
    if (!isLeftOut) throw error;
    return { kind: 'refused', message: `Staff gave up waiting for an answer. ${reasonOf(error)}` } as const;
  });
  await returns.giveUpExchange(returnId, { credit, refusal: answer.kind === 'refused' ? answer.message : null });
}
