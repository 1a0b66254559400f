import { isCurrencyCode } from '@cartograph/kernel/currency';
import type { NewPayment } from './payment.ts';

/** An answer that is not success. */
export class Rejected extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Body = Readonly<Record<string, unknown>>;

const invalid = (message: string) => new Rejected(400, 'invalid_request', message);

export function readBody(text: unknown): Body {
  try {
    const body: unknown = JSON.parse(String(text));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  } catch {
    // Falls through to the same answer.
  }
  throw invalid('The body must be a JSON object.');
}

export function readText(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value.length > 0 && value.length <= 500) return value;
  throw invalid(`"${name}" must be a text.`);
}

export function readAmount(body: Body, name: string): number {
  const value = body[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw invalid(`"${name}" must be a positive whole number of minor units.`);
}

export function newPayment(body: Body): NewPayment {
  const currency = readText(body, 'currency');
  if (!isCurrencyCode(currency)) throw invalid('"currency" must be an ISO 4217 code.');
  const { capture_method = 'manual', return_url = null, metadata = {} } = body;
  if (capture_method !== 'manual' && capture_method !== 'automatic')
    throw invalid('"capture_method" must be "manual" or "automatic".');
  if (return_url !== null && (typeof return_url !== 'string' || !/^https?:\/\//.test(return_url)))
    throw invalid('"return_url" must be a web address.');
  return {
    reference: readText(body, 'reference'),
    amount: readAmount(body, 'amount'),
    currency,
    capture_method,
    return_url,
    metadata: metadata as Readonly<Record<string, string>>,
  };
}

export const errorBody = (code: string, message: string) => ({ error: { code, message } });
