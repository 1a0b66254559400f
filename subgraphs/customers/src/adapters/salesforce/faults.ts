import { NoAnswer } from '@cartograph/providers/calls';
import { refusedData } from '../../domain/sync.ts';

/** For now: the same may be taken later. */
const PASSING = [
  'REQUEST_LIMIT_EXCEEDED',
  'SERVER_UNAVAILABLE',
  'UNABLE_TO_LOCK_ROW',
  'UNKNOWN_EXCEPTION',
  'QUERY_TIMEOUT',
];
/** Of our user and password, and of no customer's data. */
const OUR_ACCESS = [
  ...[
    'INVALID_LOGIN',
    'LOGIN_MUST_USE_SECURITY_TOKEN',
    'PASSWORD_LOCKOUT',
    'INVALID_SESSION_ID',
    'API_DISABLED_FOR_ORG',
  ],
  ...['API_CURRENTLY_DISABLED', 'LOGIN_DURING_RESTRICTED_DOMAIN', 'LOGIN_DURING_RESTRICTED_TIME', 'ORG_LOCKED'],
];

/** The code in a SOAP fault; null for what is none, such as a lost connection. */
export function faultCodeOf(error: unknown): string | null {
  const fault = (error as { root?: { Envelope?: { Body?: { Fault?: Fault } } } } | null)?.root?.Envelope?.Body?.Fault;
  if (!fault) return null;
  const [detail] = Object.values(fault.detail ?? {});
  return detail?.exceptionCode ?? String(fault.faultcode ?? '').replace(/^.*:/, '');
}

interface Fault {
  readonly faultcode?: unknown;
  readonly detail?: Readonly<Record<string, { readonly exceptionCode?: string } | undefined>>;
}

export class AccessRefused extends Error {}

export function errorOf(code: string, message: string): Error {
  if (PASSING.includes(code)) return new NoAnswer(`${code}: ${message}`);
  if (OUR_ACCESS.includes(code)) return new AccessRefused(`salesforce refuses our access: ${code}`);
  return refusedData(`salesforce refuses this: ${code}: ${message}`);
}

/** What the SOAP library throws. */
export function toError(error: unknown): Error {
  const code = faultCodeOf(error);
  if (code !== null) return errorOf(code, (error as Error).message);
  return new NoAnswer((error as Error).message, { cause: error });
}
