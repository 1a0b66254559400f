import { randomUUID } from 'node:crypto';
import { asker } from '../../src/graph.ts';
import { until } from '../until.ts';
import type { Stage } from './stage.ts';

/** The provider takes the money and says that something went wrong. */
export async function chargeNeverAnswered({ world, buy }: Stage): Promise<void> {
  world.providerFaults.once('authorize', { at: 'after', kind: 'error' });
  await buy();
}

export async function webhooksTwice({ world, buy }: Stage): Promise<void> {
  world.troubleWebhooks({ doubled: 1, repeated: 0, delayed: 0, lost: 0 });
  await Promise.all([buy(), buy({ token: 'tok_late' }), buy({ token: 'tok_3ds' })]);
}

/** Many, so that some of them do arrive in another order. */
export async function webhooksOvertaking({ world, buy }: Stage): Promise<void> {
  world.troubleWebhooks({ doubled: 0, repeated: 0, delayed: 1, lost: 0 });
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => buy({ token: index % 2 === 0 ? 'tok_3ds' : 'tok_success' })),
  );
}

/** Two members of staff give the same buyer the money back at the same moment. */
export async function twoRefundsAtOnce({ world, buy, db }: Stage): Promise<void> {
  await buy({ token: null, giftCard: 'GIFT-500-EUR' });
  const captured = async () =>
    (await db.query<{ id: string }>(`SELECT id FROM payments.payments WHERE stored_captured_minor > 0`)).rows[0]?.id;
  await until(async () => (await captured()) !== undefined, 20_000, 'the gift card to be charged');
  const staff = await signInStaff(world.url);
  const refund = async () =>
    staff('mutation ($input: IssueRefundInput!) { issueRefund(input: $input) { __typename } }', {
      input: { paymentId: await captured(), idempotencyKey: randomUUID() },
    });
  await Promise.all([refund(), refund()]);
}

async function signInStaff(url: string) {
  const { data } = await asker(url)(
    'mutation ($input: SignInInput!) { signInStaff(input: $input) { ... on SignInStaffSuccess { session { accessToken } } } }',
    { input: { email: 'admin@example.com', password: 'admin-demo-password' } },
  );
  return asker(url, data.signInStaff.session.accessToken);
}
