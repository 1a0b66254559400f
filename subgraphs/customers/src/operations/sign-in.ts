import type { Viewer } from '@cartograph/kernel/viewer';
import type { Customer } from '../domain/customer.ts';
import { normalizeEmail } from '../domain/email.ts';
import { invalidCredentials, type Refusal } from '../domain/outcome.ts';
import type { AccountKind, Login, SessionTokens } from '../domain/session.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { Ports } from '../ports.ts';
import { clearAttempts, limitAttempts } from './limits.ts';
import { openSession } from './session-tokens.ts';

export interface SignInInput {
  readonly email: string;
  readonly password: string;
}

export type SignInOutcome =
  | { readonly kind: 'SignInSuccess'; readonly customer: Customer; readonly session: SessionTokens }
  | Refusal<'InvalidCredentials'>;

export const signIn =
  (ports: Ports) =>
  async (viewer: Viewer, input: SignInInput): Promise<SignInOutcome> => {
    const login = await checkPassword(ports, 'CUSTOMER', input);
    if (!login) return invalidCredentials();
    const [customer] = await ports.customers.findByIds({ kind: 'customer', customerId: login.accountId }, [
      login.accountId,
    ]);
    if (!customer) return invalidCredentials();
    const opening = openSession(ports, login, viewer);
    await ports.sessions.open(opening.session);
    return { kind: 'SignInSuccess', customer, session: await opening.tokens() };
  };

export type SignInStaffOutcome =
  | { readonly kind: 'SignInStaffSuccess'; readonly staff: StaffMember; readonly session: SessionTokens }
  | Refusal<'InvalidCredentials'>;

export const signInStaff =
  (ports: Ports) =>
  async (viewer: Viewer, input: SignInInput): Promise<SignInStaffOutcome> => {
    const login = await checkPassword(ports, 'STAFF', input);
    const staff = login && (await ports.staff.findById(login.accountId));
    if (!staff || staff.roles.length === 0) return invalidCredentials();
    const opening = openSession(ports, { accountId: staff.id, roles: staff.roles }, viewer);
    await ports.sessions.open(opening.session);
    return { kind: 'SignInStaffSuccess', staff, session: await opening.tokens() };
  };

/** Does the same work whether or not the address has an account, so that neither message nor time tells. */
async function checkPassword(ports: Ports, kind: AccountKind, input: SignInInput): Promise<Login | null> {
  const email = normalizeEmail(input.email);
  const limited = `sign-in:${kind}` as const;
  const who = email ?? input.email;
  await limitAttempts(ports, limited, who);
  const login = await ports.accounts.findLogin(kind, email ?? '');
  const right = await ports.passwords.verify(input.password, login?.passwordHash ?? null);
  if (!right || !login?.passwordHash) return null;
  await clearAttempts(ports, limited, who);
  if (ports.passwords.isOutdated(login.passwordHash))
    await ports.accounts.rehash(login.accountId, login.passwordHash, await ports.passwords.hash(input.password));
  return login;
}
