/**
 * A statement that deletes what fits `condition`, but for what somebody has locked: that is left to the next sweep. Who deletes
 * many rows meets them in any order, so they must not wait for anybody while they hold some of them.
 */
export const sweeping = (table: string, condition: string): string =>
  `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${condition} FOR UPDATE SKIP LOCKED))`;
