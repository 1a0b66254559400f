import { codeOf } from '@cartograph/kernel/errors';
import type { InputIssue, InvalidInput } from '@cartograph/kernel/refusal';

/** `kind` is the GraphQL type of the refusal. */
export interface Refusal<Kind extends string> {
  readonly kind: Kind;
  readonly message: string;
}

/** Without the paths: here each issue's message is a whole sentence. */
export const invalidInput = (issues: readonly InputIssue[]): InvalidInput => ({
  kind: 'InvalidInput',
  message: issues.map((issue) => issue.message).join(' '),
  issues,
});

/** Collects what is wrong with an input, so that a client hears of all of it at once. */
export interface InputReader {
  readonly issues: readonly InputIssue[];
  /** Reads one value; its problem becomes an issue at this path. */
  read<T>(path: readonly string[], work: () => T): T | undefined;
  add(path: readonly string[], message: string): void;
}

export function createInputReader(): InputReader {
  const issues: InputIssue[] = [];
  return {
    issues,
    read(path, work) {
      try {
        return work();
      } catch (error) {
        // Only a refusal is the caller's mistake; a defect goes on.
        if (codeOf(error) !== 'BAD_USER_INPUT') throw error;
        issues.push({ path, message: (error as Error).message });
        return undefined;
      }
    },
    add: (path, message) => void issues.push({ path, message }),
  };
}

const refusal =
  <Kind extends string>(kind: Kind, message: string) =>
  (): Refusal<Kind> => ({ kind, message });

export const emailTaken = refusal(
  'EmailTaken',
  'This e-mail address has an account already. Sign in, or reset the password.',
);
export const invalidCredentials = refusal('InvalidCredentials', 'The e-mail address or the password is wrong.');
export const sessionEnded = refusal('SessionEnded', 'The session has ended. Sign in again.');
export const invalidToken = refusal('InvalidToken', 'This link is used up or too old. Ask for a new one.');
export const addressIdTaken = refusal(
  'AddressIdTaken',
  'Another address has this id already. Make a new id for a new address; to change one, use updateAddress.',
);
export const addressBookFull = refusal(
  'AddressBookFull',
  'The address book holds 100 addresses already. Remove one first.',
);
export const confirmationMismatch = refusal(
  'ConfirmationMismatch',
  'The confirmation is not the e-mail address of the account. Type the address exactly.',
);
export const codeTaken = refusal('CodeTaken', 'Another group has this code already. Choose another code.');
export const limitReached = refusal('LimitReached', 'The shop has 100 of these already. Remove one first.');
export const lastAdministrator = refusal(
  'LastAdministrator',
  'The shop would be left without an administrator. Make somebody else ADMIN first.',
);
