-- Every statement that writes entries writes whole transactions: they are checked once for all of them, and not again for
-- each entry when it commits.
DROP TRIGGER ledger_entries_balanced ON ledger_entries;
CREATE OR REPLACE FUNCTION assert_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_transaction TEXT;
BEGIN
  SELECT transaction_id INTO v_transaction FROM ledger_entries
  WHERE transaction_id IN (SELECT transaction_id FROM written)
  GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger transaction % does not sum to zero', v_transaction USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION assert_ledger_balanced();
