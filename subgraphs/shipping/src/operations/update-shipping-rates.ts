import { isCurrencyCode } from '@cartograph/kernel/currency';
import { CodedError } from '@cartograph/kernel/errors';
import { type Money, parseMoney } from '@cartograph/kernel/money';
import { type InputIssue, type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { MAX_BUSINESS_DAYS } from '../domain/calendar.ts';
import type { RateTable, ShippingMethod } from '../domain/method.ts';
import type { Ports } from '../ports.ts';

export interface UpdateRatesInput {
  readonly methodId: string;
  readonly zoneId: string;
  readonly currencyCode: string;
  readonly tiers: readonly { readonly upToGrams: number; readonly price: string }[];
  readonly freeFrom?: string | null | undefined;
  readonly minBusinessDays: number;
  readonly maxBusinessDays: number;
}

export type UpdateRatesOutcome =
  | { readonly kind: 'UpdateShippingRatesSuccess'; readonly method: ShippingMethod }
  | InvalidInput
  | NotFound;

const MAX_TIERS = 50;

/** Replaces the price table of one method in one zone and currency. */
export const updateShippingRates =
  ({ methods }: Pick<Ports, 'methods'>) =>
  async (input: UpdateRatesInput): Promise<UpdateRatesOutcome> => {
    const read = readTable(input);
    if (Array.isArray(read)) return invalidInput(read);
    const saved = await methods.replaceRates(read as RateTable);
    if (saved === 'no-zone') return notFound('zone');
    if (saved === 'too-many')
      return invalidInput([{ path: ['zoneId'], message: 'The method has 100 tables already. Remove one first.' }]);
    const [method] = saved === 'saved' ? await methods.findByIds([input.methodId]) : [];
    return method ? { kind: 'UpdateShippingRatesSuccess', method } : notFound('shipping method');
  };

function readTable(input: UpdateRatesInput): RateTable | readonly InputIssue[] {
  const { methodId, zoneId, currencyCode: currency, minBusinessDays: minDays, maxBusinessDays: maxDays } = input;
  const issues: InputIssue[] = [];
  if (!isCurrencyCode(currency)) return [{ path: ['currencyCode'], message: 'Must be an ISO 4217 code such as EUR.' }];
  const amount = (path: readonly string[], text: string): Money | null => {
    try {
      const read = parseMoney(text, currency);
      if (read.minor >= 0) return read;
      issues.push({ path, message: 'Must be 0 or more.' });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      issues.push({ path, message: error.message });
    }
    return null;
  };
  if (minDays < 0 || maxDays > MAX_BUSINESS_DAYS || minDays > maxDays)
    issues.push({ path: ['maxBusinessDays'], message: `Days go from 0 to ${MAX_BUSINESS_DAYS}, the fewest first.` });
  if (input.tiers.length > MAX_TIERS) issues.push({ path: ['tiers'], message: `At most ${MAX_TIERS} tiers.` });
  const seen = new Set<number>();
  const tiers = input.tiers.slice(0, MAX_TIERS).flatMap(({ upToGrams, price }, n) => {
    if (upToGrams < 1) issues.push({ path: ['tiers', String(n), 'upToGrams'], message: 'Must be 1 or more.' });
    if (seen.has(upToGrams)) issues.push({ path: ['tiers', String(n), 'upToGrams'], message: 'Is there twice.' });
    seen.add(upToGrams);
    const read = amount(['tiers', String(n), 'price'], price);
    return read ? [{ upToGrams, price: read }] : [];
  });
  const freeFrom = input.freeFrom == null ? null : amount(['freeFrom'], input.freeFrom);
  return issues.length > 0 ? issues : { methodId, zoneId, currency, freeFrom, minDays, maxDays, tiers };
}
