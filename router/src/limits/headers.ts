import type { LimitsSettings } from '../settings/limits.ts';

const A_YEAR = 365 * 86_400;

/** JSON loads nothing, is shown in no frame, and is no script, style or page of anybody. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export interface SecurityHeaders {
  readonly record: Readonly<Record<string, string>>;
  /** Name, value, name, value, …: what `writeHead` takes without copying. */
  readonly flat: readonly string[];
}

/**
 * The headers of every answer, made once. A page sets its own `content-security-policy` over the one here. Which
 * software answers is not among them: Node says nothing of that by itself.
 */
export function securityHeaders({ strictTransportSecurity }: LimitsSettings['headers']): SecurityHeaders {
  const record = {
    ...ALWAYS,
    ...(strictTransportSecurity && { 'strict-transport-security': `max-age=${A_YEAR}` }),
  };
  return { record, flat: Object.entries(record).flat() };
}
