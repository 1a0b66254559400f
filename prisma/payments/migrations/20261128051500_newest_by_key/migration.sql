-- The primary key is read backwards for the same: one index less to write with each change of a payment.
DROP INDEX payments_newest;
