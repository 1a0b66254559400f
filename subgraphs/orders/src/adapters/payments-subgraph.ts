import { codeOf, Unavailable } from '@cartograph/kernel/errors';
import { parseMoney, toMoneyOutput } from '@cartograph/kernel/money';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { PaymentAnswer } from '../domain/payment.ts';
import type { Payments } from '../ports.ts';

type AuthorizeOutput =
  | { readonly __typename: 'PaymentAuthorized' }
  | { readonly __typename: 'PaymentRefused'; readonly message: string; readonly reason: string }
  | { readonly __typename: 'PaymentNeedsAction'; readonly clientSecret: string; readonly redirectUrl: string }
  | { readonly __typename: 'PaymentUnknown' };

interface EffectOutput {
  readonly effect: { readonly __typename: 'PaymentEffectSuccess' | 'PaymentEffectRefused' };
}

const ANSWER = /* GraphQL */ `
  __typename
  ... on PaymentRefused { message reason }
  ... on PaymentNeedsAction { clientSecret redirectUrl }
`;
const AUTHORIZE = /* GraphQL */ `
  mutation OrdersAuthorizePayment($input: AuthorizePaymentInput!) { answer: authorizePayment(input: $input) { ${ANSWER} } }
`;
const CONFIRM = /* GraphQL */ `
  mutation OrdersConfirmPayment($orderId: ID!) { answer: confirmPayment(orderId: $orderId) { ${ANSWER} } }
`;
const CAPTURE = /* GraphQL */ `
  mutation OrdersCapturePayment($orderId: ID!, $key: String!, $amount: MoneyInput) {
    effect: capturePayment(orderId: $orderId, key: $key, amount: $amount) { __typename }
  }
`;
const RELEASE = /* GraphQL */ `
  mutation OrdersReleasePayment($orderId: ID!, $key: String!, $amount: MoneyInput) {
    effect: releasePayment(orderId: $orderId, key: $key, amount: $amount) {
      __typename
      ... on PaymentEffectSuccess { released { amount currencyCode } }
    }
  }
`;
const VOID = /* GraphQL */ `
  mutation OrdersVoidPayment($orderId: ID!, $key: String!) {
    effect: voidPayment(orderId: $orderId, key: $key) {
      __typename
      ... on PaymentEffectSuccess { undone { amount currencyCode } }
    }
  }
`;

const REFUND = /* GraphQL */ `
  mutation OrdersRefundPayment($orderId: ID!, $key: String!, $amount: MoneyInput!, $reason: String) {
    effect: refundPayment(orderId: $orderId, key: $key, amount: $amount, reason: $reason) {
      __typename
      ... on PaymentEffectRefused { message reason }
    }
  }
`;

interface MoneyOutput {
  readonly amount: string;
  readonly currencyCode: string;
}

type ReleaseOutput =
  | { readonly __typename: 'PaymentEffectSuccess'; readonly released: MoneyOutput | null }
  | { readonly __typename: 'PaymentEffectRefused' };

type VoidOutput =
  | { readonly __typename: 'PaymentEffectSuccess'; readonly undone: MoneyOutput | null }
  | { readonly __typename: 'PaymentEffectRefused' };

type RefundOutput =
  | { readonly __typename: 'PaymentEffectSuccess' }
  | { readonly __typename: 'PaymentEffectRefused'; readonly message: string; readonly reason: string };

/** The payments subgraph over HTTP, asked as a service. */
export const createPaymentsSubgraph = (client: SubgraphClient): Payments => {
  const effectOf = async (document: string, variables: object): Promise<boolean> =>
    (await client.ask<EffectOutput>(document, variables)).effect.__typename === 'PaymentEffectSuccess';
  return {
    async authorize({ orderId, buyerId, key, amount, ...how }) {
      const { token, savedMethodId, giftCardCodes, useStoreCredit, email, country, channel } = how;
      const input = {
        orderId,
        buyerId,
        key,
        amount: toMoneyOutput(amount),
        token,
        savedMethodId,
        giftCardCodes,
        useStoreCredit,
        email,
        country,
        ...(channel !== undefined && { channel }),
        // Taken after the order is confirmed, by the shop's capture policy.
        capture: 'MANUAL',
      };
      return toAnswer((await client.ask<{ answer: AuthorizeOutput }>(AUTHORIZE, { input })).answer);
    },
    confirm: async (orderId) => toAnswer((await client.ask<{ answer: AuthorizeOutput }>(CONFIRM, { orderId })).answer),
    capture: (orderId, key, amount) => effectOf(CAPTURE, { orderId, key, amount: amount && toMoneyOutput(amount) }),
    async release(orderId, key, amount) {
      const variables = { orderId, key, amount: amount && toMoneyOutput(amount) };
      const { effect } = await client.ask<{ effect: ReleaseOutput }>(RELEASE, variables);
      return effect.__typename === 'PaymentEffectRefused' ? null : { released: minorOf(effect.released) };
    },
    async void(orderId, key) {
      const { effect } = await client.ask<{ effect: VoidOutput }>(VOID, { orderId, key });
      if (effect.__typename === 'PaymentEffectRefused') return null;
      return { givenBack: minorOf(effect.undone) };
    },
    async refund({ amount, ...request }) {
      const variables = { ...request, amount: toMoneyOutput(amount) };
      const { effect } = await client.ask<{ effect: RefundOutput }>(REFUND, variables).catch(otherAmount);
      return effect.__typename === 'PaymentEffectSuccess'
        ? { kind: 'refunded' }
        : { kind: 'refused', reason: effect.reason, message: effect.message };
    },
  };
};

const minorOf = (output: MoneyOutput | null): number =>
  output ? parseMoney(output.amount, output.currencyCode).minor : 0;

/** The only thing that payments can find wrong with a refund of ours: its key has stood for another amount. */
function otherAmount(error: unknown): { readonly effect: RefundOutput } {
  if (codeOf(error) !== 'BAD_USER_INPUT') throw error;
  const message = 'Another amount was asked for before. Look at the payment, and give the rest back there.';
  return { effect: { __typename: 'PaymentEffectRefused', reason: 'OTHER_AMOUNT', message } };
}

function toAnswer(output: AuthorizeOutput): PaymentAnswer {
  switch (output.__typename) {
    case 'PaymentAuthorized':
      return { kind: 'authorized' };
    case 'PaymentRefused':
      return { kind: 'refused', reason: output.reason, message: output.message };
    case 'PaymentNeedsAction':
      return { kind: 'needs-action', clientSecret: output.clientSecret, redirectUrl: output.redirectUrl };
    case 'PaymentUnknown':
      throw new Unavailable('payments');
  }
}
