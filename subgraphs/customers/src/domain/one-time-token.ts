export type TokenPurpose = 'RESET_PASSWORD' | 'VERIFY_EMAIL' | 'ACCEPT_INVITATION';

export interface NewOneTimeToken {
  readonly id: string;
  readonly accountId: string;
  readonly purpose: TokenPurpose;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const HOURS: Readonly<Record<TokenPurpose, number>> = {
  RESET_PASSWORD: 1,
  VERIFY_EMAIL: 48,
  ACCEPT_INVITATION: 7 * 24,
};

export const newOneTimeToken = (
  id: string,
  accountId: string,
  purpose: TokenPurpose,
  createdAt: Date,
): NewOneTimeToken => ({
  id,
  accountId,
  purpose,
  createdAt,
  expiresAt: new Date(createdAt.getTime() + HOURS[purpose] * 3_600_000),
});
