import type pg from 'pg';

// What a transaction locks of the catalogue, in the order in which it does: the tree of collections, then products by their
// handles, then collections, then what belongs to either. docs/locks.md says why.

const TREE = `hashtext('collection tree')`;

/** For whoever writes memberships: nobody moves a collection in the meantime. */
export async function shareTree(client: pg.PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock_shared(${TREE})`);
}

/** For whoever moves a collection. The trigger that keeps the tree a tree takes it too, but after the collection. */
export async function holdTree(client: pg.PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${TREE})`);
}

export async function lockProducts(client: pg.PoolClient, ids: readonly string[]): Promise<void> {
  await client.query('SELECT FROM product WHERE id = ANY ($1::text[]) ORDER BY handle FOR NO KEY UPDATE', [ids]);
}
