import type { Database } from '@cartograph/runtime/database/connect';
import type { Payment } from '../domain/payment.ts';
import type { AuthorizationRequest, AuthorizationStore, Begun, Settlement } from '../ports.ts';
import {
  BAR,
  BEGIN_BY_CARD,
  BEGIN_BY_CHANNEL,
  BEGIN_WITH_STORED,
  REST,
  SETTLE,
  TAKE_DUE,
} from './authorization-statements.ts';
import { fromSql, type Row } from './rows.ts';
import { run } from './statement.ts';

/** Authorisations on PostgreSQL: hand-written statements, one per step, because a buyer waits for each. */
export const createAuthorizationStore = (db: Database): AuthorizationStore => ({
  begin: (request) => begin(db, request),
  settle: (settlement) => settle(db, settlement),
  bar: (orderId) => bar(db, orderId),
  async rest({ id, orderId }) {
    await run(db, REST, [id, orderId]);
  },
  async takeDue(limit) {
    const rows = await run(db, TAKE_DUE, [limit]);
    return rows.map((row) => fromSql<Payment & { barred: boolean }>(row));
  },
});

async function begin(db: Database, request: AuthorizationRequest): Promise<Begun> {
  const { id, orderId, buyerId, key, fingerprint, captureMode, amount, provider, savedMethodId, hasToken } = request;
  const { channel } = request;
  const withStored = request.codeHashes.length > 0 || request.useStoreCredit;
  const values: unknown[] = [id, orderId, buyerId, key, fingerprint, captureMode, amount.currency, amount.minor];
  values.push(provider, savedMethodId, hasToken);
  if (channel !== null) values.push(channel);
  else if (withStored) values.push(request.codeHashes, request.useStoreCredit);
  const statement = channel !== null ? BEGIN_BY_CHANNEL : withStored ? BEGIN_WITH_STORED : BEGIN_BY_CARD;
  const [row] = await run(db, statement, values);
  if (!row) throw new Error('the gate gave no answer');
  const { barred, is_first, tries, codes_found, stored_part, saved_token, is_new, ...payment } = row;
  return {
    barred: barred as boolean,
    isFirst: is_first as boolean,
    tries: tries as number,
    codesFound: Number(codes_found),
    storedMinor: stored_part as number,
    savedToken: saved_token as string | null,
    payment: payment.id === null ? null : fromSql<Payment>(payment),
    isNew: is_new === true,
  };
}

async function settle(db: Database, settlement: Settlement) {
  const { paymentId, status, after, operation, snapshot, declineReason, effectId, eventId } = settlement;
  const card = snapshot?.card;
  const action = status === 'ACTION_REQUIRED' ? snapshot?.action : null;
  const values = [paymentId, status, after, operation, snapshot?.providerId || null, snapshot?.version ?? 0];
  const shown = [card?.brand, card?.last4, card?.expMonth, card?.expYear].map((value) => value ?? null);
  const rest = [declineReason, action?.redirectUrl ?? null, action?.clientSecret ?? null, effectId, eventId];
  const [row] = await run(db, SETTLE, [...values, ...shown, ...rest]);
  if (!row) return null;
  const { barred, ...payment } = row;
  return { payment: fromSql<Payment>(payment), barred: barred as boolean };
}

async function bar(db: Database, orderId: string): Promise<Payment | null> {
  const read = async (): Promise<Row & { is_first: boolean; is_live: boolean | null }> => {
    const [row] = await run(db, BAR, [orderId]);
    if (!row) throw new Error('the gate gave no answer');
    return row as Row & { is_first: boolean; is_live: boolean | null };
  };
  let row = await read();
  // It may have waited for a payment that was just being written, and a statement does not see what began later.
  if (!row.is_live && !row.is_first) row = await read();
  const { is_first, is_live, ...payment } = row;
  return payment.id === null ? null : fromSql<Payment>(payment);
}
