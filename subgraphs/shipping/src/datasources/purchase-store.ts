import { setTimeout as pause } from 'node:timers/promises';
import { Unavailable } from '@cartograph/kernel/errors';
import type pg from 'pg';
import type { PurchaseNote, Purchases } from '../ports.ts';

export interface PurchaseStoreOptions {
  /** Longer than any purchase takes, with its repeats: whoever holds it for longer has died. */
  readonly leaseMs?: number;
  /** How long one waits for another who buys under the same key. */
  readonly waitMs?: number;
}

const POLL_MS = 100;

interface Claim {
  readonly attempts: number;
  readonly note: PurchaseNote | null;
}

/** Purchases in our own table. A lease, so that nothing is locked while the carrier is asked. */
export const createPurchaseStore = (
  pool: pg.Pool,
  { leaseMs = 180_000, waitMs = 10_000 }: PurchaseStoreOptions = {},
): Purchases => ({
  async alone(carrier, key, settleMs, work) {
    const { attempts, note } = await claimInTime(pool, carrier, key, leaseMs, waitMs);
    const mine = [carrier, key, attempts] as const;
    const write = async (text: PurchaseNote) => {
      const { rowCount } = await pool.query(
        'UPDATE label_purchases SET note = $4 WHERE carrier = $1 AND key = $2 AND attempts = $3',
        [...mine, JSON.stringify(text)],
      );
      // The lease ended and another has begun: it finds out what became of this purchase.
      if (rowCount === 0) throw new Unavailable('carrier', { cause: new Error(`another buys ${key} now`) });
    };
    const release = (afterMs: number) =>
      pool.query(
        `UPDATE label_purchases SET leased_until = clock_timestamp() + $4 * interval '1 millisecond'
         WHERE carrier = $1 AND key = $2 AND attempts = $3`,
        [...mine, afterMs],
      );
    try {
      const done = await work({ isFirst: attempts === 1, note, write });
      await release(0);
      return done;
    } catch (error) {
      await release(settleMs(error));
      throw error;
    }
  },
});

async function claimInTime(
  pool: pg.Pool,
  carrier: string,
  key: string,
  leaseMs: number,
  waitMs: number,
): Promise<Claim> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const claimed = await claim(pool, carrier, key, leaseMs);
    if (claimed) return claimed;
    if (performance.now() + POLL_MS > deadline)
      throw new Unavailable('carrier', { cause: new Error(`another buys ${key} now`), timedOut: true });
    await pause(POLL_MS);
  }
}

async function claim(pool: pg.Pool, carrier: string, key: string, leaseMs: number): Promise<Claim | null> {
  const { rows } = await pool.query<Claim>(
    `INSERT INTO label_purchases (carrier, key, attempts, leased_until)
     VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
     ON CONFLICT (carrier, key) DO UPDATE
       SET attempts = label_purchases.attempts + 1, leased_until = EXCLUDED.leased_until
       WHERE label_purchases.leased_until <= clock_timestamp()
     RETURNING attempts, note`,
    [carrier, key, leaseMs],
  );
  return rows[0] ?? null;
}
