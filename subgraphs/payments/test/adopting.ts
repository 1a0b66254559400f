import type { Viewer } from '@cartograph/kernel/viewer';
import type { PaymentProvider } from '../src/ports/payment-provider.ts';
import { type Authorization, authorize, FINANCE, newOrder, type World } from './setup.ts';

const ADOPT = /* GraphQL */ `
  mutation ($input: AdoptProviderStateInput!) {
    answer: adoptProviderState(input: $input) {
      __typename
      ... on AdoptProviderStateSuccess {
        changed captured { amount } refunded { amount } released { amount }
        payment { status authorizedAmount { amount } capturedAmount { amount } refundedAmount { amount } }
      }
      ... on AdoptionRefused { reason }
      ... on UserError { message }
    }
  }
`;
const BOOKS = /* GraphQL */ `
  query ($id: ID!) {
    ledgerEntries(paymentId: $id) { nodes { kind account adoptedBy amount { amount } } }
    payment(id: $id) { attempts { operation outcome amount { amount } } }
    reconciliation { balanced }
  }
`;
export const STAFF_ID = (FINANCE as { staffId: string }).staffId;
export const BALANCED = { unbalanced: 0, drift: 0 };

type Asking = Pick<World<PaymentProvider>, 'ask'>;

export async function adopt(world: Asking, paymentId: string, idempotencyKey = 'key-1', viewer: Viewer = FINANCE) {
  const { data, errors } = await world.ask(viewer)(ADOPT, { input: { paymentId, idempotencyKey } });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer;
}

export async function pay(world: Asking, given: Authorization = {}) {
  const orderId = newOrder();
  const { payment } = await authorize(world, { orderId, ...given });
  return { orderId, paymentId: payment?.id ?? '' };
}

export const booksOf = async (world: Asking, id: string) => (await world.ask(FINANCE)(BOOKS, { id })).data;

export const success = (payment: object, adopted: { captured?: string; refunded?: string; released?: string } = {}) => {
  const { captured = '0.00', refunded = '0.00', released = '0.00' } = adopted;
  const amounts = { captured: { amount: captured }, refunded: { amount: refunded }, released: { amount: released } };
  return { __typename: 'AdoptProviderStateSuccess', ...amounts, payment };
};

export async function giftCard(world: Pick<World<PaymentProvider>, 'operations'>, minor: number): Promise<string> {
  const card = { amount: { minor, currency: 'EUR' }, customerId: null, expiresAt: null, idempotencyKey: 'card' };
  const issued = await world.operations.issueGiftCard(FINANCE, card);
  if (issued.kind !== 'IssueGiftCardSuccess' || !issued.code) throw new Error('no card');
  return issued.code;
}
