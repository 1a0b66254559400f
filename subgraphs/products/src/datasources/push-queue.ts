/** Longer than a push takes with all its repeats: whoever holds it for longer has died. */
export const LEASE = `interval '2 minutes'`;

/**
 * Gives the rows of a queue that are due to one process at a time: of owner `$1`, at most `$2`. The first column of the key
 * is the owner. What they are to say is read after this, so that it is at least as new as their version.
 */
export function claimDue(table: string, key: readonly string[], only = 'TRUE'): string {
  const of = (alias: string) => key.map((column) => `${alias}.${column}`).join(', ');
  return `
    WITH due AS (
      SELECT ${key.join(', ')} FROM ${table}
      WHERE ${key[0]} = $1 AND due_at <= clock_timestamp() AND leased_until <= clock_timestamp() AND ${only}
      ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    UPDATE ${table} p SET leased_until = clock_timestamp() + ${LEASE}, claims = claims + 1
    FROM due WHERE (${of('p')}) = (${of('due')})
    RETURNING p.*`;
}
