import type { InvalidInput } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { ConsentTopic } from '../domain/consent.ts';
import { type Customer, readLocale, readName, readPhone } from '../domain/customer.ts';
import { normalizeEmail } from '../domain/email.ts';
import { newOneTimeToken } from '../domain/one-time-token.ts';
import { createInputReader, emailTaken, invalidInput, type Refusal } from '../domain/outcome.ts';
import { passwordProblem } from '../domain/password.ts';
import type { SessionTokens } from '../domain/session.ts';
import type { Ports, Registration } from '../ports.ts';
import { composeMail } from './compose-notification.ts';
import { limitAttempts } from './limits.ts';
import { openSession } from './session-tokens.ts';

export interface RegisterInput {
  readonly email: string;
  readonly password: string;
  readonly name?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly locale: string;
  readonly consentTo: readonly ConsentTopic[];
}

export type RegisterOutcome =
  | { readonly kind: 'RegisterSuccess'; readonly customer: Customer; readonly session: SessionTokens }
  | Refusal<'EmailTaken'>
  | InvalidInput;

export const register =
  (ports: Ports) =>
  async (viewer: Viewer, input: RegisterInput): Promise<RegisterOutcome> => {
    const { customer, issues } = readCustomer(ports, input);
    if (!customer) return invalidInput(issues);
    await limitAttempts(ports, 'register', customer.email);
    const passwordHash = await ports.passwords.hash(input.password);
    const opening = openSession(ports, { accountId: customer.id, roles: null }, viewer);
    const verification = newOneTimeToken(ports.newId('Link'), customer.id, 'VERIFY_EMAIL', customer.createdAt);
    const registration: Registration = {
      customer,
      passwordHash,
      consents: [...new Set(input.consentTo)].map((topic) => ({
        id: ports.newId('ConsentRecord'),
        topic,
        granted: true,
        source: 'registration',
        decidedAt: customer.createdAt,
      })),
      session: opening.session,
      verification,
      notification: composeMail(ports, {
        key: `verify-email:${verification.id}`,
        template: 'verify-email',
        to: customer.email,
        customerId: customer.id,
        locale: customer.locale,
        data: { tokenId: verification.id, name: customer.name },
      }),
    };
    if (!(await ports.accounts.register(registration))) return emailTaken();
    ports.wake();
    return { kind: 'RegisterSuccess', customer, session: await opening.tokens() };
  };

function readCustomer(ports: Ports, input: RegisterInput) {
  const reader = createInputReader();
  const email = normalizeEmail(input.email);
  if (!email) reader.add(['email'], '"email" must be an e-mail address such as ada@example.com.');
  const problem = passwordProblem(input.password, email ?? '');
  if (problem) reader.add(['password'], problem);
  const name = input.name?.trim() ? reader.read(['name'], () => readName(input.name ?? '')) : null;
  const phone = input.phone?.trim() ? reader.read(['phone'], () => readPhone(input.phone ?? '')) : null;
  const locale = reader.read(['locale'], () => readLocale(input.locale));
  const { issues } = reader;
  if (!email || !locale || issues.length > 0) return { customer: null, issues };
  const now = ports.clock();
  const customer: Customer = {
    id: ports.newId('Customer'),
    email,
    emailVerifiedAt: null,
    name: name ?? null,
    phone: phone ?? null,
    locale,
    taxExempt: false,
    defaultShippingAddressId: null,
    defaultBillingAddressId: null,
    createdAt: now,
    updatedAt: now,
  };
  return { customer, issues };
}
