import { createHash } from 'node:crypto';
import type { Database } from '@cartograph/runtime/database/connect';
import type { TextReplies } from '../ports/text-replies.ts';
import { dialled } from './rows.ts';

const hashOf = (phone: string): string => createHash('sha256').update(phone).digest('hex');

export const createTextReplyStore = (db: Database): TextReplies => ({
  // One statement: an event that is known leads to nothing.
  async receive({ eventId, phone, wish, at }) {
    await db.pool.query(
      `WITH event AS (INSERT INTO provider_events (id, received_at) VALUES ($1, $4) ON CONFLICT DO NOTHING RETURNING id)
       INSERT INTO outbox (id, topic, key, payload) SELECT id, 'text-wish', $2, $3 FROM event`,
      [eventId, `text:${hashOf(phone)}`, JSON.stringify({ eventId, phone, wish, at }), at],
    );
  },

  async setStopped(phone, isStopped, now) {
    if (!isStopped) return void (await db.pool.query('DELETE FROM text_stops WHERE phone_hash = $1', [hashOf(phone)]));
    await db.pool.query(
      'INSERT INTO text_stops (phone_hash, stopped_at) VALUES ($1, $2) ON CONFLICT (phone_hash) DO NOTHING',
      [hashOf(phone), now],
    );
  },

  async isStopped(phone) {
    const { rowCount } = await db.pool.query('SELECT FROM text_stops WHERE phone_hash = $1', [hashOf(phone)]);
    return rowCount === 1;
  },

  async customersOf(phone) {
    const { rows } = await db.pool.query<{ id: string }>(
      `SELECT id FROM customers WHERE ${dialled('phone')} = $1
       UNION SELECT customer_id FROM notifications WHERE recipient = $1 AND channel = 'SMS' AND customer_id IS NOT NULL`,
      [phone],
    );
    return rows.map(({ id }) => id);
  },
});
