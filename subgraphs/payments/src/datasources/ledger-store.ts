import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { LedgerBalance, LedgerEntry } from '../domain/ledger.ts';
import type { LedgerStore } from '../ports.ts';
import { fromPrisma, fromSql } from './rows.ts';

export const createLedgerStore = (db: Database, prisma: PrismaClient): LedgerStore => ({
  async balances() {
    const { rows } = await db.pool.query(
      `SELECT account_id, currency, sum(amount_minor)::bigint AS balance_minor FROM ledger_entries
       GROUP BY account_id, currency ORDER BY currency, account_id`,
    );
    return rows.map((row) => fromSql<LedgerBalance>(row));
  },
  async list(paymentId, { limit, after }) {
    const rows = await prisma.ledgerEntry.findMany({
      where: { ...(paymentId !== null && { paymentId }), ...(after && { position: { lt: Number(after[0]) } }) },
      orderBy: { position: 'desc' },
      take: limit + 1,
    });
    return toPage(
      rows.map((row) => fromPrisma<LedgerEntry>(row)),
      limit,
    );
  },
});
