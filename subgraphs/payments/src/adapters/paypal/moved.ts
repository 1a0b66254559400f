import type { Moved } from '../../domain/reconciliation.ts';
import { minorOf, type PaypalAmount } from './amounts.ts';
import { type PaypalClient, unexpected } from './client.ts';
import { fromName } from './names.ts';

interface Transaction {
  readonly transaction_id: string;
  readonly transaction_event_code: string;
  readonly transaction_amount: PaypalAmount;
  /** Our payment's id. */
  readonly custom_field?: string;
}

/** PayPal lists transactions up to three hours after they were made. */
export const BOOKS_LAG_MS = 3 * 3_600_000;
/** It lists at most so much at once, */
const SPAN_MS = 30 * 86_400_000;
/** and keeps what it lists for three years. */
const KEPT_MS = 3 * 365 * 86_400_000;

/** Payments begin with T00, refunds with T11. */
export async function* moved({ get }: PaypalClient, from: Date, now: number): AsyncGenerator<Moved> {
  const sums = new Map<string, { reference: string; currency: string; capturedMinor: number; refundedMinor: number }>();
  for (let start = Math.max(from.getTime(), now - KEPT_MS); start < now; start += SPAN_MS) {
    const end = Math.min(start + SPAN_MS - 1, now);
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const span = { start_date: new Date(start).toISOString(), end_date: new Date(end).toISOString() };
      const query = new URLSearchParams({ ...span, fields: 'transaction_info', page_size: '500', page: String(page) });
      const answer = await get(`/v1/reporting/transactions?${query}`);
      if (answer.status !== 200) throw unexpected(answer);
      const { transaction_details: rows, total_pages } = answer.body as Page;
      for (const { transaction_info } of rows) add(transaction_info);
      pages = total_pages;
    }
  }
  yield* sums.values();

  function add({ transaction_id, transaction_event_code: code, transaction_amount, custom_field }: Transaction): void {
    if (!/^T(00|11)/.test(code)) return;
    const reference = custom_field ? fromName(custom_field) : transaction_id;
    const { currency_code: currency } = transaction_amount;
    const sum = sums.get(reference) ?? { reference, currency, capturedMinor: 0, refundedMinor: 0 };
    const minor = Math.abs(minorOf(transaction_amount));
    if (code.startsWith('T00')) sum.capturedMinor += minor;
    else sum.refundedMinor += minor;
    sums.set(reference, sum);
  }
}

interface Page {
  readonly transaction_details: readonly { readonly transaction_info: Transaction }[];
  readonly total_pages: number;
}
