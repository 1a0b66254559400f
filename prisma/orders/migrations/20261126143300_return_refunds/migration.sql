-- AlterTable
ALTER TABLE "order_return" ADD COLUMN "own_refund_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "parent_refund_minor" BIGINT NOT NULL DEFAULT 0;

-- Written by hand.

-- Returns that were received before: the order's own payment first, then that of the order before it.
UPDATE order_return r SET own_refund_minor = d.own, parent_refund_minor = d.due - d.own
FROM (
  SELECT id, due, least(due, greatest(0, paid - (sum(due) OVER (PARTITION BY order_id ORDER BY received_at, id))::bigint + due)) AS own
  FROM (
    SELECT r.id, r.order_id, r.received_at, r.refund_minor - r.credit_minor AS due, o.total_minor - o.credit_minor AS paid
    FROM order_return r JOIN orders o ON o.id = r.order_id
    WHERE r.kind = 'RETURN' AND r.status IN ('RECEIVED', 'CLOSED')) received) d
WHERE d.id = r.id;

ALTER TABLE order_return ADD CONSTRAINT order_return_refund_parts CHECK (own_refund_minor >= 0 AND parent_refund_minor >= 0
  AND own_refund_minor + parent_refund_minor + credit_minor <= coalesce(refund_minor, credit_minor));
