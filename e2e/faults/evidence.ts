import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEntry } from '@cartograph/sandbox/carrier/ledger';
import type { Entry as MailEntry } from '@cartograph/sandbox/messages/message';
import type { BookEntry, LedgerLine, SandboxPayment } from '@cartograph/sandbox/payments/book';
import type pg from 'pg';
import type { HistoryEntry } from './history.ts';
import { journalsIn } from './world/providers.ts';

const TABLES = `
CREATE SCHEMA evidence;
CREATE TABLE evidence.initial_stock (variant_id TEXT PRIMARY KEY, units BIGINT NOT NULL);
CREATE TABLE evidence.transition (order_id TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());
CREATE TABLE evidence.version_step (payment_id TEXT NOT NULL, before BIGINT NOT NULL, after BIGINT NOT NULL,
  status_before TEXT NOT NULL, status_after TEXT NOT NULL);
CREATE TABLE evidence.provider_payment (id TEXT, reference TEXT, order_id TEXT, status TEXT, amount BIGINT,
  currency TEXT, captured BIGINT, refunded BIGINT, version BIGINT);
CREATE TABLE evidence.provider_line (id TEXT, type TEXT, payment TEXT, reference TEXT, amount BIGINT, currency TEXT);
CREATE TABLE evidence.label (key TEXT, tracking_number TEXT, voided BOOLEAN);
CREATE TABLE evidence.mail (id TEXT, reference TEXT, recipient TEXT);
CREATE TABLE evidence.told (n INT, asked TEXT, key TEXT, kind TEXT, order_id TEXT, status TEXT, total NUMERIC,
  replayed BOOLEAN, ms INT, at INT);
CREATE TABLE evidence.read_back (n INT, order_id TEXT, status TEXT);
CREATE TABLE evidence.never_answered (n INT, asked TEXT, last TEXT);`;

/** Watches from inside the database, with its owner's rights: whatever the product writes passes by here. */
const WATCH = `
CREATE FUNCTION evidence.watch_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO evidence.transition (order_id, before, after) VALUES (NEW.id, OLD.status, NEW.status);
  RETURN NULL;
END $$;
CREATE TRIGGER evidence_order AFTER UPDATE ON orders.orders FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION evidence.watch_order();
CREATE FUNCTION evidence.watch_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO evidence.version_step VALUES (NEW.id, OLD.provider_version, NEW.provider_version, OLD.status, NEW.status);
  RETURN NULL;
END $$;
CREATE TRIGGER evidence_payment AFTER UPDATE ON payments.payments FOR EACH ROW
  WHEN (OLD.provider_version IS DISTINCT FROM NEW.provider_version OR OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION evidence.watch_payment();`;

/** Before a run: where evidence is kept, beside the tables that it is about. */
export async function prepareEvidence(db: pg.Client): Promise<void> {
  await db.query(TABLES);
  await db.query(WATCH);
}

/** After a run: what the providers' books and the buyers say, so that SQL can compare it with what we have stored. */
export async function gatherEvidence(db: pg.Client, folder: string, history: readonly HistoryEntry[]): Promise<void> {
  const books = readProviders(join(folder, 'providers'));
  await fill(db, 'provider_payment', books.payments.map(toPaymentRow));
  await fill(db, 'provider_line', books.lines);
  await fill(db, 'label', books.labels);
  await fill(db, 'mail', books.mails);
  const of = (what: string) => history.filter((entry) => entry.what === what);
  await fill(
    db,
    'told',
    of('told').map(({ orderId, ...rest }) => ({ order_id: orderId, ...rest })),
  );
  await fill(
    db,
    'read_back',
    of('read').map(({ orderId, ...rest }) => ({ order_id: orderId, ...rest })),
  );
  await fill(db, 'never_answered', of('never answered'));
}

async function fill(db: pg.Client, table: string, rows: readonly object[]): Promise<void> {
  await db.query(`TRUNCATE evidence.${table}`);
  await db.query(
    `INSERT INTO evidence.${table} SELECT r.* FROM jsonb_populate_recordset(NULL::evidence.${table}, $1::jsonb) r`,
    [JSON.stringify(rows)],
  );
}

const readJournal = <Entry>(file: string): Entry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);

function readProviders(folder: string) {
  const files = journalsIn(folder);
  const payments = new Map<string, SandboxPayment>();
  const lines: LedgerLine[] = [];
  for (const entry of readJournal<BookEntry>(files.payments)) {
    if (entry.kind !== 'payment') continue;
    payments.set(entry.payment.id, entry.payment);
    if (entry.line) lines.push(entry.line);
  }
  const carrier = readJournal<LedgerEntry>(files.carrier);
  const voided = new Set(carrier.flatMap((entry) => (entry.kind === 'void' ? [entry.labelId] : [])));
  const labels = carrier.flatMap((entry) =>
    entry.kind === 'label'
      ? [{ key: entry.key, tracking_number: entry.label.trackingNumber, voided: voided.has(entry.label.id) }]
      : [],
  );
  const mails = readJournal<MailEntry>(files.messages).flatMap((entry) =>
    entry.kind === 'message'
      ? [{ id: entry.message.id, reference: entry.message.reference, recipient: entry.message.to }]
      : [],
  );
  return { payments: [...payments.values()], lines, labels, mails };
}

const toPaymentRow = ({
  id,
  reference,
  metadata,
  status,
  amount,
  currency,
  amount_captured,
  amount_refunded,
  version,
}: SandboxPayment) => ({
  ...{ id, reference, status, amount, currency, version },
  order_id: metadata.order ?? null,
  captured: amount_captured,
  refunded: amount_refunded,
});
