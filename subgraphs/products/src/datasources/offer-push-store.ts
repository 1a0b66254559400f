import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { OfferRefusal } from '../domain/offer.ts';
import type {
  ChannelTerms,
  HandedOver,
  OfferPush,
  OfferPushes,
  SettledOffer,
  Submission,
} from '../ports/sales-channel.ts';
import { claimDue, LEASE } from './push-queue.ts';

// Many changes become one row. Of what was never for sale there is none, and what is no longer for sale has one to say so.
const takeIn = (which: string) => `
  INSERT INTO offer_push (channel, variant_id)
  SELECT c.name, v.id
  FROM sales_channel c CROSS JOIN variant v JOIN product d ON d.id = v.product_id
  WHERE ${which} AND ((v.removed_at IS NULL AND d.status = 'ACTIVE')
    OR EXISTS (SELECT FROM offer_push o WHERE o.channel = c.name AND o.variant_id = v.id))
  ORDER BY 1, 2
  ON CONFLICT (channel, variant_id) DO UPDATE
    SET version = offer_push.version + 1, due_at = LEAST(offer_push.due_at, clock_timestamp())`;
const TAKE_IN_ALL = takeIn('TRUE');
const TAKE_IN_SOME = takeIn('v.id = ANY ($1::text[])');

const CLAIM = claimDue('offer_push', ['channel', 'variant_id'], 'submission_id IS NULL');
const CLAIM_SUBMISSION = claimDue('offer_submission', ['channel', 'id']);

const TAKEN = `
  SELECT channel, "variantId", sku, version, claims, failures, wanted,
    (shown = wanted AND sent IS NULL AND pushed_version >= unsure_before AND version <> pushed_version) IS TRUE AS "isShown"
  FROM (
    SELECT p.channel, p.variant_id AS "variantId", v.sku, p.version, p.claims, p.failures, p.shown, p.sent, p.pushed_version,
      p.unsure_before,
      jsonb_build_object(
        'quantity', CASE WHEN v.removed_at IS NULL AND d.status = 'ACTIVE' THEN greatest(stock.available - $3, 0) ELSE 0 END,
        'prices', coalesce(price.minor, '[]')) AS wanted
    FROM offer_push p
    JOIN variant v ON v.id = p.variant_id
    JOIN product d ON d.id = v.product_id
    CROSS JOIN LATERAL (
      SELECT least(coalesce(sum(greatest(s.on_hand - s.held, 0)), 0), 2147483647)::int AS available
      FROM stock_level s JOIN warehouse w ON w.id = s.warehouse_id WHERE s.variant_id = v.id AND w.active
    ) stock
    CROSS JOIN LATERAL (
      SELECT jsonb_agg((
        SELECT c.minor FROM price c JOIN price_list l ON l.id = c.price_list_id
        WHERE c.variant_id = v.id AND l.currency = m.currency AND (l.country IS NULL OR l.country = m.country)
        ORDER BY l.country NULLS LAST LIMIT 1) ORDER BY m.place) AS minor
      FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS m (currency, country, place)
    ) price
    WHERE p.channel = $1 AND p.variant_id = ANY ($2::text[])
  ) one`;

// Here and below offers are locked in one order, that in which changes are taken in.
const KEPT = `
  kept AS (
    SELECT k.* FROM offer_push p
    JOIN jsonb_to_recordset($2::jsonb) AS k ("variantId" text, claims bigint, version bigint, wanted jsonb)
      ON k."variantId" = p.variant_id AND k.claims = p.claims
    WHERE p.channel = $1 ORDER BY p.variant_id FOR NO KEY UPDATE OF p
  )`;

const SENDING = `
  WITH ${KEPT}
  UPDATE offer_push p SET sent = k.wanted, sent_version = k.version, leased_until = clock_timestamp() + ${LEASE}
  FROM kept k WHERE p.channel = $1 AND p.variant_id = k."variantId"
  RETURNING p.variant_id AS id`;

// What another process had meanwhile is told once more.
const SETTLE = `
  WITH settled AS (
    SELECT k.*, p.claims = k.claims AS mine
    FROM offer_push p
    JOIN jsonb_to_recordset($2::jsonb) AS k ("variantId" text, claims bigint, version bigint, outcome text,
      refusal offer_refusal_kind, reason text, "pauseMs" bigint) ON k."variantId" = p.variant_id
    WHERE p.channel = $1 ORDER BY p.variant_id FOR UPDATE OF p
  ), late AS (
    UPDATE offer_push p SET version = p.version + 1, unsure_before = p.version + 1, due_at = LEAST(p.due_at, clock_timestamp())
    FROM settled k WHERE p.channel = $1 AND p.variant_id = k."variantId" AND NOT k.mine
  )
  UPDATE offer_push p SET
    leased_until = '-infinity', submission_id = NULL,
    shown = CASE k.outcome WHEN 'SHOWN' THEN coalesce(p.sent, p.shown) WHEN 'FAILED' THEN p.shown END,
    sent = CASE k.outcome WHEN 'FAILED' THEN p.sent END,
    pushed_version = CASE k.outcome WHEN 'FAILED' THEN p.pushed_version ELSE k.version END,
    refusal = CASE k.outcome WHEN 'REFUSED' THEN k.refusal WHEN 'FAILED' THEN p.refusal END,
    reason = CASE k.outcome WHEN 'REFUSED' THEN k.reason WHEN 'FAILED' THEN p.reason END,
    refused_at = CASE k.outcome WHEN 'REFUSED' THEN coalesce(p.refused_at, clock_timestamp()) WHEN 'FAILED' THEN p.refused_at END,
    failures = CASE k.outcome WHEN 'SHOWN' THEN 0 ELSE p.failures + 1 END,
    last_error = CASE k.outcome WHEN 'FAILED' THEN k.reason END,
    due_at = CASE WHEN k.outcome <> 'FAILED' AND p.version > k.version THEN clock_timestamp()
      ELSE clock_timestamp() + k."pauseMs" * interval '1 millisecond' END
  FROM settled k WHERE p.channel = $1 AND p.variant_id = k."variantId" AND k.mine`;

const HAND_OVER = `
  WITH ${KEPT}, made AS (
    INSERT INTO offer_submission (channel, reference, leased_until, claims)
    VALUES ($1, $3, clock_timestamp() + ${LEASE}, 1) RETURNING id, channel, reference, claims, failures
  ), put AS (
    UPDATE offer_push p SET submission_id = made.id, leased_until = '-infinity'
    FROM made, kept k WHERE p.channel = $1 AND p.variant_id = k."variantId" RETURNING 1
  )
  SELECT made.*, (SELECT count(*) FROM put) AS "put" FROM made`;

const REFUSALS = `
  SELECT channel, variant_id AS "variantId", refusal AS kind, reason AS message, refused_at AS "refusedAt"
  FROM offer_push
  WHERE refusal IS NOT NULL AND ($1::text IS NULL OR channel = $1) AND ($2::text IS NULL OR (channel, variant_id) > ($2, $3))
  ORDER BY channel, variant_id LIMIT $4`;

const mine = ({ channel, id, claims }: Submission) => [channel, id, claims];

export const createOfferPushStore = (pool: pg.Pool): OfferPushes => ({
  open: (channels) => inTransaction(pool, (client) => open(client, channels)),

  async claim({ name, markets, buffer }, limit) {
    await takeInChanges(pool);
    const { rows } = await pool.query<{ variant_id: string }>(CLAIM, [name, limit]);
    if (rows.length === 0) return [];
    const prices = [markets.map(({ currency }) => currency), markets.map(({ country }) => country)];
    const ids = rows.map((row) => row.variant_id);
    return (await pool.query<OfferPush>(TAKEN, [name, ids, buffer, ...prices])).rows;
  },

  async sending(pushes) {
    const [first] = pushes;
    if (!first) return [];
    const { rows } = await pool.query<{ id: string }>(SENDING, [first.channel, JSON.stringify(pushes)]);
    const kept = new Set(rows.map(({ id }) => id));
    return pushes.filter(({ variantId }) => kept.has(variantId));
  },

  handingOver: (pushes, reference) =>
    inTransaction(pool, async (client) => {
      const values = [pushes[0]?.channel, JSON.stringify(pushes), reference];
      const { rows } = await client.query<Submission & { put: number }>(HAND_OVER, values);
      const [{ put, ...submission }] = rows as [Submission & { put: number }];
      if (put < pushes.length) throw new Error(`another process tells ${submission.channel} of these offers by now`);
      return submission;
    }),

  async renamed(submission, reference) {
    await pool.query('UPDATE offer_submission SET reference = $4 WHERE channel = $1 AND id = $2 AND claims = $3', [
      ...mine(submission),
      reference,
    ]);
  },

  async settle(channel, settled) {
    if (settled.length > 0) await pool.query(SETTLE, [channel, JSON.stringify(settled.map(toRow))]);
  },

  async claimSubmission(channel) {
    return (await pool.query<Submission>(CLAIM_SUBMISSION, [channel, 1])).rows[0] ?? null;
  },

  async offersOf({ channel, id }) {
    const { rows } = await pool.query<HandedOver>(
      `SELECT p.channel, p.variant_id AS "variantId", v.sku, p.sent_version AS version, p.claims, p.failures
       FROM offer_push p JOIN variant v ON v.id = p.variant_id WHERE p.channel = $1 AND p.submission_id = $2`,
      [channel, id],
    );
    return rows;
  },

  async askLater(submission, pauseMs, reason) {
    await pool.query(
      `UPDATE offer_submission SET leased_until = '-infinity', due_at = clock_timestamp() + $4 * interval '1 millisecond',
         failures = CASE WHEN $5::text IS NULL THEN 0 ELSE failures + 1 END, last_error = $5
       WHERE channel = $1 AND id = $2 AND claims = $3`,
      [...mine(submission), pauseMs, reason],
    );
  },

  async askNow(channel) {
    await pool.query(
      'UPDATE offer_submission SET due_at = clock_timestamp() WHERE channel = $1 AND due_at > clock_timestamp()',
      [channel],
    );
  },

  async forget({ channel, id }) {
    await pool.query('DELETE FROM offer_submission WHERE channel = $1 AND id = $2', [channel, id]);
  },

  async refusals(viewer, channel, { limit, after }) {
    if (!seesEverything(viewer)) return toPage<OfferRefusal>([], limit);
    const values = [channel, after?.[0] ?? null, after?.[1] ?? null, limit + 1];
    return toPage((await pool.query<OfferRefusal>(REFUSALS, values)).rows, limit);
  },
});

/** In one transaction: whoever dies in between has taken nothing. */
async function takeInChanges(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ some: boolean }>('SELECT EXISTS (SELECT FROM offer_change) AS some');
  if (!rows[0]?.some) return;
  await inTransaction(pool, async (client) => {
    const taken = await client.query<{ id: string | null }>('DELETE FROM offer_change RETURNING variant_id AS id');
    const ids = [...new Set(taken.rows.map(({ id }) => id))];
    if (ids.includes(null)) await client.query(TAKE_IN_ALL);
    else if (ids.length > 0) await client.query(TAKE_IN_SOME, [ids]);
  });
}

function toRow({ offer: { variantId, claims, version }, outcome, pauseMs }: SettledOffer) {
  const row = { variantId, claims, version, pauseMs };
  switch (outcome.kind) {
    case 'shown':
      return { ...row, outcome: 'SHOWN' };
    case 'unknown':
      return { ...row, outcome: 'REFUSED', refusal: 'UNKNOWN_SKU', reason: 'It sells nothing by this SKU.' };
    case 'refused':
      return { ...row, outcome: 'REFUSED', refusal: 'REFUSED', reason: outcome.reason };
    case 'unanswered':
      return { ...row, outcome: 'FAILED', reason: outcome.reason };
  }
}

async function open(client: pg.PoolClient, channels: readonly ChannelTerms[]): Promise<void> {
  // Two processes that start at once do it one after the other.
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('sales_channel', 0))`);
  const wanted = JSON.stringify(channels.map(({ name, markets, buffer }) => ({ name, terms: { markets, buffer } })));
  const { rows } = await client.query<{ name: string }>(
    `SELECT k.name FROM jsonb_to_recordset($1::jsonb) AS k (name text, terms jsonb)
     WHERE NOT EXISTS (SELECT FROM sales_channel c WHERE (c.name, c.terms) = (k.name, k.terms))`,
    [wanted],
  );
  // Whatever is under way is waited for: it would not have noted its change, and nobody would see it yet.
  if (rows.length > 0) await client.query('LOCK TABLE change IN SHARE ROW EXCLUSIVE MODE');
  const names = channels.map(({ name }) => name);
  // In the order in which others lock them, who do not know yet that their channel is off.
  const off = 'SELECT FROM offer_push WHERE channel <> ALL ($1::text[]) ORDER BY channel, variant_id FOR UPDATE';
  await client.query(off, [names]);
  for (const table of ['offer_push', 'offer_submission'])
    await client.query(`DELETE FROM ${table} WHERE channel <> ALL ($1::text[])`, [names]);
  await client.query('DELETE FROM sales_channel WHERE name <> ALL ($1::text[])', [names]);
  await client.query(
    `INSERT INTO sales_channel (name, terms) SELECT k.name, k.terms FROM jsonb_to_recordset($1::jsonb) AS k (name text, terms jsonb)
     ON CONFLICT (name) DO UPDATE SET terms = EXCLUDED.terms`,
    [wanted],
  );
  if (rows.length > 0) await client.query('INSERT INTO offer_change (variant_id) VALUES (NULL)');
}
