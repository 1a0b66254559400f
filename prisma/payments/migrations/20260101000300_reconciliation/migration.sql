-- CreateTable
CREATE TABLE "reconciliation_runs" (
    "id" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "payments_compared" INTEGER NOT NULL DEFAULT 0,
    "difference_count" INTEGER NOT NULL DEFAULT 0,
    "differences" JSONB NOT NULL DEFAULT '[]',
    "totals" JSONB NOT NULL DEFAULT '[]',
    "problem" TEXT,

    CONSTRAINT "reconciliation_runs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "reconciliation_runs_slot_key" ON "reconciliation_runs"("slot");



-- What Prisma's language cannot say.

ALTER TABLE reconciliation_runs
  ADD CONSTRAINT reconciliation_runs_status_known CHECK (status IN ('RUNNING', 'BALANCED', 'DIFFERENT', 'FAILED')),
  ADD CONSTRAINT reconciliation_runs_finished CHECK ((finished_at IS NULL) = (status = 'RUNNING')),
  ADD CONSTRAINT reconciliation_runs_counted CHECK ((status = 'DIFFERENT') = (difference_count > 0)),
  ADD CONSTRAINT reconciliation_runs_problem CHECK ((status = 'FAILED') = (problem IS NOT NULL));

-- Every way in which our own books could contradict themselves; empty, or something is broken. Reads all of the ledger.
CREATE VIEW ledger_drift AS
  WITH side AS (
    SELECT payment_id,
      coalesce(-sum(amount_minor) FILTER (WHERE account_id = 'ORDERS'), 0) AS net,
      coalesce(sum(amount_minor) FILTER (WHERE account_id = 'PROVIDER'), 0) AS card
    FROM ledger_entries WHERE payment_id IS NOT NULL GROUP BY payment_id
  )
  SELECT 'debits equal credits' AS rule, transaction_id || ' in ' || currency AS subject, 0::numeric AS expected,
    sum(amount_minor) AS actual
  FROM ledger_entries GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0
  UNION ALL
  SELECT 'a payment''s net is what its entries say', p.id, coalesce(s.net, 0), p.captured_minor - p.refunded_minor
  FROM payments p LEFT JOIN side s ON s.payment_id = p.id
  WHERE coalesce(s.net, 0) <> p.captured_minor - p.refunded_minor
  UNION ALL
  SELECT 'a payment''s card part is what its entries say', p.id, coalesce(s.card, 0),
    (p.captured_minor - p.stored_captured_minor) - (p.refunded_minor - p.stored_refunded_minor)
  FROM payments p LEFT JOIN side s ON s.payment_id = p.id
  WHERE coalesce(s.card, 0) <> (p.captured_minor - p.stored_captured_minor) - (p.refunded_minor - p.stored_refunded_minor)
  UNION ALL
  SELECT 'gift cards and store credit are what is owed for them', v.account_id || ' in ' || v.currency,
    coalesce(l.owed, 0), v.balance
  FROM (
    SELECT CASE kind WHEN 'GIFT_CARD' THEN 'GIFT_CARDS' ELSE 'STORE_CREDIT' END AS account_id, currency,
      sum(balance_minor) AS balance
    FROM stored_values GROUP BY 1, 2) v
  LEFT JOIN (
    SELECT account_id, currency, -sum(amount_minor) AS owed FROM ledger_entries GROUP BY account_id, currency) l
    USING (account_id, currency)
  WHERE coalesce(l.owed, 0) <> v.balance;
