-- Written by hand: what the database can hold on its own.

-- What returned goods pay of the order that comes in their place is known when they have arrived, and then for good.
CREATE OR REPLACE FUNCTION guard_order_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.parent_id IS DISTINCT FROM OLD.parent_id
     OR NEW.credit_minor <> OLD.credit_minor AND OLD.status NOT IN ('PENDING', 'AWAITING_PAYMENT')
  THEN
    RAISE EXCEPTION 'what order % was placed for never changes', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_snapshot';
  END IF;
  RETURN NEW;
END $$;
