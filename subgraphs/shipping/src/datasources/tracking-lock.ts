import type pg from 'pg';

/**
 * Until the transaction ends, nobody else stores a label or a message of this tracking number. Without it a message
 * and its label could be written side by side, and neither would see the other.
 */
export async function lockTracking(client: pg.PoolClient, carrier: string, trackingNumber: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${carrier} ${trackingNumber}`]);
}
