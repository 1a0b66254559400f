import { CodedError } from '@cartograph/kernel/errors';
import type { InvalidInput } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { invalidCredentials, invalidInput, type Refusal } from '../domain/outcome.ts';
import { passwordProblem } from '../domain/password.ts';
import type { SessionTokens } from '../domain/session.ts';
import type { Ports } from '../ports.ts';
import { clearAttempts, limitAttempts } from './limits.ts';
import { openSession } from './session-tokens.ts';
import { accountOf } from './sign-out.ts';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export type ChangePasswordOutcome =
  | { readonly kind: 'ChangePasswordSuccess'; readonly session: SessionTokens }
  | Refusal<'InvalidCredentials'>
  | InvalidInput;

export const changePassword =
  (ports: Ports) =>
  async (viewer: Viewer, input: ChangePasswordInput): Promise<ChangePasswordOutcome> => {
    const accountId = accountOf(viewer);
    if (!accountId) throw new CodedError('UNAUTHENTICATED');
    await limitAttempts(ports, 'password', accountId);
    const login = await ports.accounts.findLoginById(accountId);
    const right = await ports.passwords.verify(input.currentPassword, login?.passwordHash ?? null);
    if (!right || !login?.passwordHash) return invalidCredentials();
    const problem = passwordProblem(input.newPassword, login.email);
    if (problem) return invalidInput([{ path: ['newPassword'], message: problem }]);
    const opening = openSession(ports, login, viewer);
    const newHash = await ports.passwords.hash(input.newPassword);
    if (!(await ports.accounts.changePassword(opening.session, login.passwordHash, newHash)))
      return invalidCredentials();
    await clearAttempts(ports, 'password', accountId);
    return { kind: 'ChangePasswordSuccess', session: await opening.tokens() };
  };
