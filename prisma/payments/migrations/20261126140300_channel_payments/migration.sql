-- What a sales channel has collected for us: no provider is asked, and the channel owes it. The whole of such a payment
-- is its stored part, as with gift cards that pay everything.
ALTER TABLE "payments" ADD COLUMN "channel" TEXT;



-- What Prisma's language cannot say.

ALTER TABLE payments
  ADD CONSTRAINT payments_channel CHECK (channel IS NULL OR (provider IS NULL AND stored_minor = amount_minor));

INSERT INTO ledger_accounts (id) VALUES ('CHANNELS');

-- One more way in which our own books could contradict themselves.
CREATE VIEW channel_drift AS
  SELECT 'channels owe what orders were paid with through them' AS rule, 'CHANNELS in ' || currency AS subject,
    coalesce(l.owed, 0) AS expected, coalesce(p.paid, 0) AS actual
  FROM (
    SELECT currency, sum(amount_minor) AS owed FROM ledger_entries WHERE account_id = 'CHANNELS' GROUP BY currency) l
  FULL JOIN (
    SELECT currency, sum(captured_minor - refunded_minor) AS paid FROM payments WHERE channel IS NOT NULL
    GROUP BY currency) p USING (currency)
  WHERE coalesce(l.owed, 0) <> coalesce(p.paid, 0);
