import { badInput } from '@cartograph/kernel/errors';
import type { InvalidInput } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { normalizeEmail } from '../domain/email.ts';
import { newOneTimeToken, type TokenPurpose } from '../domain/one-time-token.ts';
import { invalidInput, invalidToken, type Refusal } from '../domain/outcome.ts';
import { passwordProblem } from '../domain/password.ts';
import type { AccountKind, SessionTokens } from '../domain/session.ts';
import type { PasswordResetRequest, Ports } from '../ports.ts';
import { composeMail } from './compose-notification.ts';
import { clearAttempts, takeAttempt } from './limits.ts';
import { openSession } from './session-tokens.ts';

/** Only notes the request: whether the address has an account is looked up behind the answer, so that time does not tell. */
export const requestPasswordReset =
  (ports: Ports) =>
  async (address: string, account: AccountKind): Promise<boolean> => {
    const email = normalizeEmail(address);
    if (!email) throw badInput('"email" must be an e-mail address such as ada@example.com.');
    if (!(await takeAttempt(ports, 'reset', `${account}:${email}`))) return true;
    await ports.requests.passwordReset({
      eventId: ports.newId('Event'),
      tokenId: ports.newId('Link'),
      email,
      account,
    });
    ports.wake();
    return true;
  };

/** The part behind the answer. A repeat stores the same token and mail, which are there already. */
export const mailPasswordReset =
  (ports: Ports) =>
  async ({ tokenId, email, account }: PasswordResetRequest): Promise<void> => {
    const login = await ports.accounts.findLogin(account, email);
    if (!login || login.roles?.length === 0) return;
    const customer = login.roles ? null : await customerOf(ports, login.accountId);
    const token = newOneTimeToken(tokenId, login.accountId, 'RESET_PASSWORD', ports.clock());
    const mail = composeMail(ports, {
      key: `password-reset:${tokenId}`,
      template: 'password-reset',
      to: email,
      customerId: customer?.id ?? null,
      locale: customer?.locale ?? 'en',
      data: { tokenId, name: customer?.name ?? null },
    });
    await ports.oneTimeTokens.issue(token, mail);
    ports.wake();
  };

async function customerOf(ports: Ports, id: string) {
  const [customer] = await ports.customers.findByIds({ kind: 'customer', customerId: id }, [id]);
  return customer ?? null;
}

export interface ResetPasswordInput {
  readonly token: string;
  readonly newPassword: string;
}

export type ResetPasswordOutcome =
  | { readonly kind: 'ResetPasswordSuccess'; readonly session: SessionTokens }
  | Refusal<'InvalidToken'>
  | InvalidInput;

const SETS_PASSWORD: readonly TokenPurpose[] = ['RESET_PASSWORD', 'ACCEPT_INVITATION'];

export const resetPassword =
  (ports: Ports) =>
  async (viewer: Viewer, input: ResetPasswordInput): Promise<ResetPasswordOutcome> => {
    const id = ports.secrets.unseal(input.token);
    const token = id && (await ports.oneTimeTokens.find(id, SETS_PASSWORD, ports.clock()));
    const login = token && (await ports.accounts.findLoginById(token.accountId));
    if (!login || login.roles?.length === 0) return invalidToken();
    const problem = passwordProblem(input.newPassword, login.email);
    if (problem) return invalidInput([{ path: ['newPassword'], message: problem }]);
    const hash = await ports.passwords.hash(input.newPassword);
    const opening = openSession(ports, login, viewer);
    if (!(await ports.oneTimeTokens.resetPassword(token, hash, opening.session))) return invalidToken();
    // Whoever was locked out by too many attempts has just proved who they are.
    await clearAttempts(ports, login.roles ? 'sign-in:STAFF' : 'sign-in:CUSTOMER', login.email);
    return { kind: 'ResetPasswordSuccess', session: await opening.tokens() };
  };
