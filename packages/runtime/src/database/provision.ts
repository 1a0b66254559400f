import { createHmac } from 'node:crypto';
import pg from 'pg';
import { START_PATIENCE_MS } from './connect.ts';
import { codeOf, connectionError, DatabaseError, messageOf, parseUrl, placeOf } from './errors.ts';
import { scramVerifier } from './scram.ts';

/** Any number will do, as long as every process takes the same one while it provisions. */
const PROVISION_LOCK = 1129336404;
const INSUFFICIENT_PRIVILEGE = '42501';
const NO_SUCH_DATABASE = '3D000';

export type ProvisionOptions<S extends string = string> = {
  /** A user that may create roles; the database it names is made when missing. */
  readonly adminUrl: string;
  /** Instead of the database named by `adminUrl`. */
  readonly database?: string;
  /** The passwords of the roles are derived from it: every process given the same secret agrees on them. */
  readonly secret: string;
  readonly subgraphs: readonly S[];
};

/**
 * Makes the database, its extensions, and for each subgraph one role and one schema that only this role can reach.
 * Idempotent, and safe to run from several processes at once. Returns each subgraph's own URL.
 */
export async function provision<S extends string>(options: ProvisionOptions<S>): Promise<Record<S, string>> {
  const { secret, subgraphs } = options;
  const adminUrl = withDatabase(options.adminUrl, options.database ?? placeOf(options.adminUrl).database);
  const { database } = placeOf(adminUrl);
  const client = await openDatabase(adminUrl, database);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK]);
    // One transaction, so that a crash never leaves a role without its restrictions.
    await client.query('BEGIN');
    await closeToEveryone(client, database);
    await createExtensions(client);
    for (const subgraph of subgraphs) await createSubgraph(client, { database, subgraph, secret });
    await client.query('COMMIT');
  } catch (error) {
    throw explain(error, adminUrl);
  } finally {
    await client.end();
  }
  const urls = subgraphs.map((subgraph) => [subgraph, subgraphUrl(adminUrl, subgraph, secret)] as const);
  return Object.fromEntries(urls) as Record<S, string>;
}

const roleOf = (database: string, subgraph: string): string => `${database}_${subgraph}`;

const passwordOf = (secret: string, role: string): string => createHmac('sha256', secret).update(role).digest('hex');

/** What `provision` returns for one subgraph, without asking the server. */
export function subgraphUrl(adminUrl: string, subgraph: string, secret: string): string {
  const url = parseUrl(adminUrl);
  const role = roleOf(placeOf(adminUrl).database, subgraph);
  url.username = encodeURIComponent(role);
  url.password = passwordOf(secret, role);
  url.searchParams.set('schema', subgraph);
  return url.href;
}

export function withDatabase(url: string, database: string): string {
  const changed = parseUrl(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

export async function openAdmin(url: string): Promise<pg.Client> {
  const parsed = parseUrl(url);
  parsed.searchParams.delete('schema');
  const client = new pg.Client({
    connectionString: parsed.href,
    application_name: 'cartograph provision',
    connectionTimeoutMillis: START_PATIENCE_MS,
  });
  client.on('error', () => {}); // The running query rejects too; an idle cut is noticed by the next one.
  await client.connect();
  return client;
}

async function openDatabase(adminUrl: string, database: string): Promise<pg.Client> {
  try {
    return await openAdmin(adminUrl);
  } catch (error) {
    if (codeOf(error) !== NO_SUCH_DATABASE) throw connectionError(error, adminUrl);
  }
  try {
    await createDatabase(withDatabase(adminUrl, 'postgres'), database);
    return await openAdmin(adminUrl);
  } catch (error) {
    throw explain(connectionError(error, adminUrl), adminUrl);
  }
}

async function createDatabase(maintenanceUrl: string, database: string): Promise<void> {
  const client = await openAdmin(maintenanceUrl);
  try {
    // template0: nobody can be connected to it, and nobody has put anything into it.
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE template0 ENCODING 'UTF8'`);
  } catch (error) {
    // 42P04, or 23505 in the narrow case: another process has just made it.
    if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw error;
  } finally {
    await client.end();
  }
}

async function closeToEveryone(client: pg.Client, database: string): Promise<void> {
  await client.query(`REVOKE ALL ON DATABASE ${pg.escapeIdentifier(database)} FROM PUBLIC`);
  await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
}

async function createExtensions(client: pg.Client): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS extensions');
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions');
  await client.query('CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA extensions');
  // Only for measuring, and not every server has it or lets us: its absence changes nothing.
  await client.query('SAVEPOINT optional');
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA extensions');
    await client.query('REVOKE ALL ON extensions.pg_stat_statements, extensions.pg_stat_statements_info FROM PUBLIC');
  } catch {
    await client.query('ROLLBACK TO SAVEPOINT optional');
  }
}

type Target = { readonly database: string; readonly subgraph: string; readonly secret: string };

async function createSubgraph(client: pg.Client, { database, subgraph, secret }: Target): Promise<void> {
  const name = roleOf(database, subgraph);
  const role = pg.escapeIdentifier(name);
  const schema = pg.escapeIdentifier(subgraph);
  const inDatabase = pg.escapeIdentifier(database);
  const password = pg.escapeLiteral(scramVerifier(passwordOf(secret, name)));
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  await client.query(
    `${rowCount ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE PASSWORD ${password}`,
  );
  // Whoever is not superuser must belong to a role before giving it a schema; having created it is not enough.
  const { rows } = await client.query<{ rolsuper: boolean }>(
    'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
  );
  if (!rows[0]?.rolsuper) await client.query(`GRANT ${role} TO CURRENT_USER`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role}`);
  await client.query(`REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${inDatabase} TO ${role}`);
  await client.query(`GRANT USAGE ON SCHEMA extensions TO ${role}`);
  await client.query(`ALTER ROLE ${role} IN DATABASE ${inDatabase} SET search_path = ${schema}, extensions`);
}

function explain(error: unknown, adminUrl: string): unknown {
  if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) return error;
  const { host, database } = placeOf(adminUrl);
  const user = decodeURIComponent(new URL(adminUrl).username);
  return new DatabaseError(
    `User "${user}" may not set up database "${database}" at ${host} (${messageOf(error)}). As an administrator run: ALTER ROLE ${pg.escapeIdentifier(user)} CREATEROLE CREATEDB; and make it the owner of the database. Or prepare one role and schema per subgraph yourself, and give each its own URL.`,
    { cause: error },
  );
}
