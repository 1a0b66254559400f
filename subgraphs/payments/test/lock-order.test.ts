import { meetLocked } from '@cartograph/runtime/testing/meet-locked';
import { describe, expect, it } from 'vitest';
import { adopt } from './adopting.ts';
import { soughtFor } from './payment-provider.contract.ts';
import { auditLedger, authorize, effect, FINANCE, newOrder, openWorld, voidPayment } from './setup.ts';

// Each of these once waited in a circle with what the other transaction stands for: docs/locks.md.

const ISSUE = /* GraphQL */ `
  mutation ($input: IssueGiftCardInput!) {
    issueGiftCard(input: $input) { ... on IssueGiftCardSuccess { code giftCard { id } } }
  }
`;

/** An order that is paid with two gift cards, that with the greater id first; and somebody who pays with both, too. */
async function openPaid(amount = '100.00') {
  const world = await openWorld();
  const issue = async (key: string) => {
    const input = { amount: { amount: '50.00', currencyCode: 'EUR' }, idempotencyKey: key };
    return (await world.ask(FINANCE)(ISSUE, { input })).data.issueGiftCard as {
      code: string;
      giftCard: { id: string };
    };
  };
  const cards = [await issue('a'), await issue('b')];
  cards.sort((a, b) => (a.giftCard.id < b.giftCard.id ? 1 : -1));
  const orderId = newOrder();
  const { payment } = await authorize(world, {
    ...{ orderId, amount, giftCardCodes: cards.map(({ code }) => code) },
    token: amount === '100.00' ? null : 'tok_success',
  });
  const lock = (card = cards[0]) => `SELECT FROM stored_values WHERE id = '${card?.giftCard.id}' FOR UPDATE`;
  return { world, orderId, paymentId: payment?.id ?? '', other: { has: lock(cards[1]), wants: lock(cards[0]) } };
}

describe('gift cards are locked in the order of their ids', () => {
  it.each(['capture', 'void', 'refund', 'release'])('by a %s, whichever the buyer named first', async (what) => {
    const { world, orderId, other } = await openPaid();
    await using _ = world;
    if (what === 'refund') await effect(world, 'capturePayment', orderId);
    const answer = await meetLocked(world.db.pool, other, () =>
      what === 'void'
        ? voidPayment(world, orderId)
        : effect(world, `${what as 'capture' | 'refund' | 'release'}Payment`, orderId),
    );
    expect(answer.__typename).toBe('PaymentEffectSuccess');
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('by the adoption of a void, whichever the buyer named first', async () => {
    // A card pays the rest: otherwise no provider has a part in it.
    const { world, paymentId, other } = await openPaid('120.00');
    await using _ = world;
    const [payment] = await world.ports.payments.findByIds(FINANCE, [paymentId]);
    await world.provider.void({ ...soughtFor(paymentId), providerId: payment?.providerId ?? '' });
    const answer = await meetLocked(world.db.pool, other, () => adopt(world, paymentId));
    expect(answer).toMatchObject({ changed: true, payment: { status: 'VOIDED' } });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });
});
