import { CodedError } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newOneTimeToken } from '../domain/one-time-token.ts';
import { invalidToken, type Refusal } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { composeMail } from './compose-notification.ts';
import { takeAttempt } from './limits.ts';

export type VerifyEmailOutcome =
  | { readonly kind: 'VerifyEmailSuccess'; readonly email: string }
  | Refusal<'InvalidToken'>;

export const verifyEmail =
  (ports: Ports) =>
  async (token: string): Promise<VerifyEmailOutcome> => {
    const id = ports.secrets.unseal(token);
    const customer = id && (await ports.oneTimeTokens.verifyEmail(id, ports.clock()));
    if (!customer) return invalidToken();
    // Its key makes it one welcome, also when a crash comes between the two statements and the link is followed again.
    await ports.notifications.add(
      composeMail(ports, {
        key: `welcome:${customer.id}`,
        template: 'welcome',
        to: customer.email,
        customerId: customer.id,
        locale: customer.locale,
        data: { name: customer.name },
      }),
    );
    ports.wake();
    return { kind: 'VerifyEmailSuccess', email: customer.email };
  };

export const requestEmailVerification =
  (ports: Ports) =>
  async (viewer: Viewer): Promise<boolean> => {
    if (viewer.kind !== 'customer') throw new CodedError('UNAUTHENTICATED');
    const [customer] = await ports.customers.findByIds(viewer, [viewer.customerId]);
    if (!customer || customer.emailVerifiedAt) return false;
    if (!(await takeAttempt(ports, 'verify', customer.id))) throw new CodedError('RATE_LIMITED');
    const token = newOneTimeToken(ports.newId('Link'), customer.id, 'VERIFY_EMAIL', ports.clock());
    const mail = composeMail(ports, {
      key: `verify-email:${token.id}`,
      template: 'verify-email',
      to: customer.email,
      customerId: customer.id,
      locale: customer.locale,
      data: { tokenId: token.id, name: customer.name },
    });
    await ports.oneTimeTokens.issue(token, mail);
    ports.wake();
    return true;
  };
