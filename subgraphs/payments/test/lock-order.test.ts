import { meetLocked } from '@cartograph/runtime/testing/meet-locked';
import { describe, expect, it } from 'vitest';
import { auditLedger, authorize, effect, FINANCE, newOrder, openWorld, voidPayment } from './setup.ts';

// Each of these once waited in a circle with what the other transaction stands for: docs/locks.md.

const ISSUE = /* GraphQL */ `
  mutation ($input: IssueGiftCardInput!) {
    issueGiftCard(input: $input) { ... on IssueGiftCardSuccess { code giftCard { id } } }
  }
`;

/** An order that is paid with two gift cards, that with the greater id first; and somebody who pays with both, too. */
async function openPaid() {
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
  await authorize(world, { orderId, token: null, giftCardCodes: cards.map(({ code }) => code) });
  const lock = (card = cards[0]) => `SELECT FROM stored_values WHERE id = '${card?.giftCard.id}' FOR UPDATE`;
  return { world, orderId, other: { has: lock(cards[1]), wants: lock(cards[0]) } };
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
});
