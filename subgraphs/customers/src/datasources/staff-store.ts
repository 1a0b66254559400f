import { toPage } from '@cartograph/kernel/page';
import type { StaffRole } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type { StaffMember } from '../domain/staff.ts';
import type { StaffMembers } from '../ports.ts';
import { insertNotification } from './notification-store.ts';
import { insertOneTimeToken } from './one-time-token-store.ts';
import type { Client } from './rows.ts';
import { endSessions } from './session-store.ts';

const COLUMNS = 'id, email, name, roles, created_at AS "createdAt"';

export const createStaffStore = (db: Database): StaffMembers => ({
  async findById(id) {
    const { rows } = await db.pool.query<StaffMember>(`SELECT ${COLUMNS} FROM staff WHERE id = $1`, [id]);
    return rows[0] ?? null;
  },

  async list({ limit, after }) {
    const { rows } = await db.pool.query<StaffMember>(
      `SELECT ${COLUMNS} FROM staff WHERE ($1::text IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
      [after?.[0] ?? null, limit + 1],
    );
    return toPage(rows, limit);
  },

  invite: (staff, token, notification) =>
    inTransaction(db.pool, async (client) => {
      const { rowCount } = await client.query(
        `INSERT INTO staff (id, email, name, roles, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (email) DO NOTHING`,
        [staff.id, staff.email, staff.name, staff.roles, staff.createdAt],
      );
      if (rowCount !== 1) return false;
      await insertOneTimeToken(client, token);
      await insertNotification(client, notification);
      return true;
    }),

  assignRoles: (id, roles, now) => inTransaction(db.pool, (client) => assign(client, id, roles, now)),
});

async function assign(client: Client, id: string, roles: readonly StaffRole[], now: Date) {
  // All administrators are locked: otherwise two of them could each take the other's role at once.
  const admins = await client.query<{ id: string }>(
    `SELECT id FROM staff WHERE 'ADMIN' = ANY(roles) ORDER BY id FOR UPDATE`,
  );
  const others = admins.rows.filter((row) => row.id !== id);
  const isAdmin = admins.rows.length > others.length;
  if (isAdmin && others.length === 0 && !roles.includes('ADMIN')) return 'last-admin' as const;
  const { rows } = await client.query<StaffMember>(`UPDATE staff SET roles = $2 WHERE id = $1 RETURNING ${COLUMNS}`, [
    id,
    roles,
  ]);
  const staff = rows[0];
  if (!staff) return 'absent' as const;
  if (roles.length === 0) await endSessions(client, id, 'ROLES', now);
  return staff;
}
