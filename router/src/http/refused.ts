import type { ErrorCode } from '@cartograph/kernel/errors';

/** Why a request is turned away before its operation is looked at. */
export interface Refused {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}
