import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction, isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { PoolClient } from 'pg';
import { type ChannelMessage, type ChannelResult, retryAfter } from '../domain/channel-message.ts';
import type { ChannelBatch, ChannelMessages } from '../ports/sales-channel.ts';

/** Longer than handing over or asking takes: whoever has it for longer has died. */
const LEASE = `interval '2 minutes'`;
const BATCH = 100;
/** As many as may still be listed where a lost answer is looked for. */
const KEPT_RECEIPTS = 20;

const CLAIM = `
  INSERT INTO channel_batch AS b (channel, kind, receipts, leased_until)
  SELECT $1, $2, '{}', clock_timestamp() + ${LEASE} WHERE EXISTS (SELECT FROM channel_message m WHERE m.channel = $1
    AND m.kind = $2 AND m.told_at IS NULL AND (m.sending OR m.due_at <= clock_timestamp()))
  ON CONFLICT (channel, kind) DO UPDATE SET leased_until = EXCLUDED.leased_until, claim = b.claim + 1
    WHERE b.due_at <= clock_timestamp() AND (b.leased_until IS NULL OR b.leased_until <= clock_timestamp())
  RETURNING channel, kind, claim, tried_at AS "triedAt", receipt,
    ARRAY(SELECT unnest(o.receipts) FROM channel_batch o WHERE o.channel = $1) AS others`;

/** A batch that was handed over stays as it is; another one takes in what is due by now. */
const TAKE = `
  UPDATE channel_message SET sending = true WHERE id IN (
    SELECT id FROM channel_message
    WHERE channel = $1 AND kind = $2 AND told_at IS NULL AND NOT sending AND due_at <= clock_timestamp()
    ORDER BY position LIMIT $3)`;

/** What the channel has cancelled itself, it need not be told to cancel, and would refuse to. */
const KNOWN = `
  UPDATE channel_message m SET told_at = clock_timestamp(), last_error = NULL FROM channel_order o
  WHERE m.channel = $1 AND m.kind = 'CANCELLED' AND m.told_at IS NULL AND NOT m.sending
    AND o.channel = m.channel AND o.external_id = m.external_id AND o.picture->>'state' = 'CANCELLED'`;

const SENDING = `
  SELECT id, channel, order_id AS "orderId", external_id AS "externalId", news FROM channel_message
  WHERE channel = $1 AND kind = $2 AND sending ORDER BY position`;

const MINE = 'channel = $1 AND kind = $2 AND claim = $3';
const mine = ({ channel, kind, claim }: ChannelBatch) => [channel, kind, claim];

/** What channels have yet to be told. By hand: leases. */
export const createChannelMessageStore = (
  { pool }: Pick<Database, 'pool'>,
  messageWritten: () => void,
): ChannelMessages => ({
  async queue({ id, channel, orderId, externalId, news }) {
    await pool.query(
      `INSERT INTO channel_message (id, channel, kind, order_id, external_id, news) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO NOTHING`,
      [id, channel, news.kind, orderId, externalId, JSON.stringify(news)],
    );
    messageWritten();
  },
  claim: (channel, kind) =>
    inTransaction(pool, async (client) => {
      // The batch before its messages, as whoever ends it.
      const { rows } = await client.query<Omit<ChannelBatch, 'messages'>>(CLAIM, [channel, kind]);
      const [batch] = rows;
      if (!batch) return null;
      if (kind === 'CANCELLED') await client.query(KNOWN, [channel]);
      if (batch.triedAt === null) await client.query(TAKE, [channel, kind, BATCH]);
      const messages = (await client.query<ChannelMessage>(SENDING, [channel, kind])).rows;
      return { ...batch, messages };
    }),
  async trying(batch) {
    try {
      const { rowCount } = await pool.query(
        `UPDATE channel_batch SET tried_at = coalesce(tried_at, clock_timestamp()) WHERE ${MINE}`,
        mine(batch),
      );
      return rowCount === 1;
    } catch (error) {
      if (isUniqueViolation(error, 'channel_batch_unanswered')) return false;
      throw error;
    }
  },
  async received(batch, receipt) {
    await pool.query(
      `UPDATE channel_batch SET receipt = $4, receipts = (array_prepend($4, receipts))[1:${KEPT_RECEIPTS}] WHERE ${MINE}`,
      [...mine(batch), receipt],
    );
  },
  wait: (batch, ms, reason) =>
    inTransaction(pool, async (client) => {
      const { rowCount } = await client.query(
        `UPDATE channel_batch SET due_at = clock_timestamp() + $4 * interval '1 millisecond', leased_until = NULL
         WHERE ${MINE}`,
        [...mine(batch), ms],
      );
      if (rowCount === 0 || reason === null) return;
      await client.query(
        `UPDATE channel_message SET last_error = left($3, 1000) WHERE channel = $1 AND kind = $2 AND sending`,
        [batch.channel, batch.kind, reason],
      );
    }),
  async end(batch, results) {
    await inTransaction(pool, async (client) => {
      const { rowCount } = await client.query(
        `UPDATE channel_batch SET tried_at = NULL, receipt = NULL, due_at = clock_timestamp(), leased_until = NULL
         WHERE ${MINE}`,
        mine(batch),
      );
      if (rowCount === 1) await settle(client, batch, results);
    });
    messageWritten();
  },
});

/** In the transaction that ends their batch. A message of which the channel says nothing is sent again. */
async function settle(client: PoolClient, { messages }: ChannelBatch, results: readonly ChannelResult[]) {
  const told = results.filter(({ problem }) => problem === null).map(({ id }) => id);
  await client.query(
    `UPDATE channel_message SET sending = false, told_at = clock_timestamp(), last_error = NULL WHERE id = ANY ($1)`,
    [told],
  );
  for (const { id } of messages.filter((message) => !told.includes(message.id))) {
    const problem = results.find((result) => result.id === id)?.problem ?? 'The channel said nothing of it.';
    const { rows } = await client.query<{ attempts: number }>(
      `UPDATE channel_message SET sending = false, attempts = attempts + 1, last_error = left($2, 1000) WHERE id = $1
       RETURNING attempts`,
      [id, problem],
    );
    await client.query(
      `UPDATE channel_message SET due_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`,
      [id, retryAfter(rows[0]?.attempts ?? 1)],
    );
  }
}
