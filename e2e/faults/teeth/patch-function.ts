import type pg from 'pg';
import type { FunctionPatch } from './tooth.ts';

/** Replaces text in a function of the database, for everybody from its next call on. */
export async function patchFunction(
  db: pg.Client,
  { schema, function: name, find, replace }: FunctionPatch,
): Promise<void> {
  const { rows } = await db.query<{ source: string }>(
    `SELECT pg_get_functiondef(p.oid) AS source FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = $1 AND p.proname = $2`,
    [schema, name],
  );
  const patched = replaceOnce(`${schema}.${name}`, rows[0]?.source ?? '', find, replace);
  // Its text names the types of its own schema, as its migration does.
  await db.query(`SET search_path TO ${schema}`);
  await db.query(patched);
  await db.query('RESET search_path');
}

/** A text that is not there exactly once means that the code has changed: then the bug has to be thought of anew. */
export function replaceOnce(where: string, source: string, find: string, replace: string): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${where} has this ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}
