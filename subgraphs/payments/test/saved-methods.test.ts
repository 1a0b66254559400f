import { describe, expect, it } from 'vitest';
import { ada, authorize, BOB, bob, newOrder, openWorld } from './setup.ts';

const SAVE = /* GraphQL */ `
  mutation ($token: String!) {
    savePaymentMethod(input: { token: $token }) {
      __typename
      ... on SavePaymentMethodSuccess { method { id card { brand last4 expMonth expYear } } }
      ... on PaymentMethodRefused { reason }
      ... on InvalidInput { issues { path message } }
    }
  }
`;

describe('saved cards', () => {
  it('are kept by token, once per card, and pay for their owner alone', async () => {
    await using world = await openWorld();
    const save = async (token: string) => (await world.ask(ada)(SAVE, { token })).data.savePaymentMethod;
    const first = await save('tok_success');
    expect(first).toMatchObject({ method: { card: { brand: 'visa', last4: '4242' } } });
    expect((await save('tok_success')).method.id).toBe(first.method.id);
    const savedMethodId = first.method.id;
    expect(await authorize(world, { orderId: newOrder(), savedMethodId })).toMatchObject({
      __typename: 'PaymentAuthorized',
    });
    expect(await authorize(world, { buyerId: BOB, savedMethodId })).toMatchObject({ reason: 'PAYMENT_METHOD_INVALID' });
  });

  it('are forgotten on request', async () => {
    await using world = await openWorld();
    const { data } = await world.ask(ada)(SAVE, { token: 'tok_success' });
    const { id } = data.savePaymentMethod.method;
    const remove = async (viewer: typeof ada) =>
      (await world.ask(viewer)('mutation ($id: ID!) { deletePaymentMethod(id: $id) { __typename } }', { id })).data
        .deletePaymentMethod.__typename;
    expect(await remove(bob)).toBe('NotFound');
    expect(await remove(ada)).toBe('DeletePaymentMethodSuccess');
    expect(await remove(ada)).toBe('NotFound');
    expect(await authorize(world, { savedMethodId: id })).toMatchObject({ reason: 'PAYMENT_METHOD_INVALID' });
  });

  it('are refused when the provider does not take them, and a card number goes nowhere', async () => {
    await using world = await openWorld();
    const save = async (token: string) => (await world.ask(ada)(SAVE, { token })).data.savePaymentMethod;
    expect(await save('tok_declined')).toMatchObject({ __typename: 'PaymentMethodRefused', reason: 'DECLINED' });
    expect(await save('4242424242424242')).toMatchObject({ __typename: 'InvalidInput' });
    const { rows } = await world.db.pool.query('SELECT count(*)::int AS count FROM saved_methods');
    expect(rows).toEqual([{ count: 0 }]);
  });
});
