import type pg from 'pg';
import type { Invariant } from './invariants/invariant.ts';
import { messages } from './invariants/messages.ts';
import { money } from './invariants/money.ts';
import { orders } from './invariants/orders.ts';
import { stock } from './invariants/stock.ts';

export const INVARIANTS: Readonly<Record<string, readonly Invariant[]>> = { money, stock, orders, messages };

export interface Finding {
  readonly group: string;
  readonly name: string;
  readonly subjects: number;
  readonly broken: readonly object[];
}

/** Whatever breaks one rule is listed up to here; more would not say more. */
const SHOWN = 20;

/** Checks every invariant on the database as it stands. */
export async function check(db: pg.Client): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [group, invariants] of Object.entries(INVARIANTS))
    for (const { name, subjects, broken } of invariants) {
      const counted = await db.query<{ count: string }>(`SELECT (${subjects})::bigint AS count`);
      const { rows } = await db.query<object>(`SELECT * FROM (${broken}) broken LIMIT ${SHOWN}`);
      findings.push({ group, name, subjects: Number(counted.rows[0]?.count ?? 0), broken: rows });
    }
  return findings;
}

/** What is still on its way; empty when the system has come to rest. */
export async function underWay(db: pg.Client): Promise<readonly string[]> {
  const restless = [...orders, ...messages].filter(({ name }) => RESTLESS.includes(name));
  const busy: string[] = [];
  for (const { name, broken } of restless) {
    const { rowCount } = await db.query(`SELECT FROM (${broken}) broken LIMIT 1`);
    if (rowCount) busy.push(name);
  }
  return busy;
}

/** Rules that speak of an end, which takes its time. */
const RESTLESS: readonly string[] = [
  'every order comes to an end',
  'every edit, and every return that has arrived, comes to an end',
  'every saga is finished or undone',
  'every payment and every capture or refund comes to an end',
  'everything that was to be told has been told',
  'each of the provider’s events is stored once and applied',
];
