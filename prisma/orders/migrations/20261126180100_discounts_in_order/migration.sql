-- Written by hand: an order that gives back several limited discounts changes their rows in the order of their ids, as one
-- that takes them does. Row by row it was the order in which the rows were found, and two orders waited for each other.
DROP TRIGGER discount_given_back ON discount_redemption;
CREATE OR REPLACE FUNCTION give_discount_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  given_back TEXT;
BEGIN
  FOR given_back IN SELECT discount_id FROM gone ORDER BY discount_id LOOP
    UPDATE discount SET limited_uses = limited_uses - 1 WHERE id = given_back AND usage_limit IS NOT NULL;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER discount_given_back AFTER DELETE ON discount_redemption REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION give_discount_back();
