#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which is a download: the same arguments and the same JSON-RPC over
 * stdin and stdout, on the WebAssembly engine from npm. Only for authoring migrations; nothing at run time needs it.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import readline from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const CHAR = 18; // "char", the type of one-letter codes in PostgreSQL's catalogue
const BPCHAR = 1042;
const NAME_ARRAY = 1003;
const TEXT_ARRAY = 1009;

const require = createRequire(import.meta.url);
const argv = process.argv.slice(2);
const option = (name) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
const options = (name) => argv.flatMap((arg, i) => (arg === name ? [argv[i + 1]] : []));

if (argv.includes('--version')) {
  console.log(`schema-engine-wasm ${engineModule.version?.() ?? ''}`);
  process.exit(0);
}

const url = JSON.parse(option('--datasource') ?? '{}').url ?? process.env.DATABASE_URL;
const schema = url ? (new URL(url).searchParams.get('schema') ?? undefined) : undefined;

/** Discrete fields: in `pg`, the database of a connectionString would win over the shadow database's name. */
function clientConfig(source) {
  const { hostname, port, username, password, pathname } = new URL(source);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)) || 'postgres',
    ...(schema && { options: `-c search_path=${schema},extensions` }),
  };
}

async function withClient(config, work) {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const hasSchema = async (client, name) =>
  (await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [name])).rowCount > 0;

/** Like the native engine, makes the schema that the URL names; and the extensions, as `provision` does. */
function ensureSchemas(config) {
  return withClient(config, async (client) => {
    if (schema && !(await hasSchema(client, schema)))
      await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
    if (await hasSchema(client, 'extensions')) return;
    await client.query('CREATE SCHEMA extensions');
    for (const name of ['pg_trgm', 'unaccent']) await client.query(`CREATE EXTENSION ${name} WITH SCHEMA extensions`);
  });
}

class Factory extends PrismaPg {
  async connect() {
    if (url) await ensureSchemas(this.config);
    return forIntrospection(await super.connect());
  }

  // The inherited one drops the database before it closes its own connections to it.
  async connectToShadowDb() {
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    const admin = (sql) => withClient({ ...this.config, database: 'postgres' }, (client) => client.query(sql));
    await admin(`CREATE DATABASE "${database}"`);
    const config = { ...this.config, database };
    await ensureSchemas(config);
    const adapter = forIntrospection(await new PrismaPg(config, this.options).connect());
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await admin(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    };
    return adapter;
  }
}

pg.types.setTypeParser(NAME_ARRAY, pg.types.getTypeParser(TEXT_ARRAY, 'text'));
let patched = false;

/** The adapter is made for the client. Introspection also reads catalogue types, and scripts must run whole. */
function forIntrospection(adapter) {
  // The adapter splits at ";", which breaks function bodies and literals.
  adapter.executeScript = async function (sql) {
    try {
      await this.client.query(sql);
    } catch (error) {
      this.onError(error);
    }
  };
  if (!patched) patchQueries(Object.getPrototypeOf(Object.getPrototypeOf(adapter)));
  patched = true;
  return adapter;
}

/** `prototype` is shared by the adapter and its transactions. */
function patchQueries(prototype) {
  const queryRaw = prototype.queryRaw;
  prototype.queryRaw = async function (query) {
    const chars = [];
    const performIO = async (statement) => {
      const result = await prototype.performIO.call(this, statement);
      for (const [i, field] of result.fields.entries()) {
        if (field.dataTypeID === NAME_ARRAY) field.dataTypeID = TEXT_ARRAY;
        if (field.dataTypeID !== CHAR) continue;
        field.dataTypeID = BPCHAR;
        chars.push(i);
      }
      return result;
    };
    const result = await queryRaw.call(Object.create(this, { performIO: { value: performIO } }), query);
    for (const i of chars) result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
}

const CLI_CODES = { '3D000': 'P1003', '42P04': 'P1009', '28P01': 'P1000' };
const log = (entry) => process.stderr.write(`${JSON.stringify(entry)}\n`);

/** `schema-engine cli can-connect-to-database | create-database | drop-database` */
async function runCli(command) {
  const config = clientConfig(url);
  const target = pg.escapeIdentifier(config.database);
  try {
    if (command === 'can-connect-to-database') await withClient(config, () => {});
    else {
      const verb = command === 'create-database' ? 'CREATE' : 'DROP';
      await withClient({ ...config, database: 'postgres' }, (client) => client.query(`${verb} DATABASE ${target}`));
    }
    log({ level: 'INFO', fields: { message: 'ok' }, target: 'schema_engine' });
    return 0;
  } catch (error) {
    const message = error.message || `Can't reach database server at ${config.host}:${config.port}`;
    process.stderr.write('\n'); // The caller drops the first line.
    const fields = { message, error_code: CLI_CODES[error.code] ?? 'P1001', is_panic: false };
    log({ timestamp: new Date().toISOString(), level: 'ERROR', fields, target: 'schema_engine::logger' });
    return 1;
  }
}

async function loadEngine() {
  const wasm = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), { './schema_engine_bg.js': engineModule });
  engineModule.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) };
}

/** One per request: the engine forgets how to make shadow databases after it has applied a migration. */
function createEngine() {
  const datamodels = options('--datamodels').map((path) => [path, readFileSync(path, 'utf8')]);
  const factory = bindMigrationAwareSqlAdapterFactory(url ? new Factory(clientConfig(url), { schema }) : offline());
  return engineModule.SchemaEngine.new({ datamodels: datamodels.length ? datamodels : undefined }, () => {}, factory);
}

/** Printing SQL from a schema needs no database, yet the engine asks one for its version: nothing answers here. */
function offline() {
  const factory = new PrismaPg({ host: '127.0.0.1' });
  const connect = factory.connect.bind(factory);
  factory.connect = async () =>
    Object.assign(await connect(), { performIO: async () => ({ fields: [], rows: [], rowCount: 0 }) });
  return factory;
}

/** `provision` makes the schema, and the subgraph's role may not: the line would fail in a migration. */
const withoutSchema = (sql) => sql.replace(/-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "\w+";\s*/, '');

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

const NEED_CACHE = new Set(['evaluateDataLoss', 'createMigration']);

async function answer({ id, method, params }) {
  try {
    const engine = await createEngine();
    // This version of the engine lost the way to the shadow database in these two methods: they rely on what an
    // earlier method left in its cache.
    const { migrationsList, filters } = params ?? {};
    if (NEED_CACHE.has(method)) await engine.devDiagnostic({ migrationsList, filters });
    const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](params);
    if (method !== 'diff' || result.stdout == null) return send({ id, result: result ?? null });
    // The native engine prints the script through its caller.
    send({ id: 0, method: 'print', params: { content: withoutSchema(result.stdout) } });
    send({ id, result: { exitCode: result.exitCode, stdout: null } });
  } catch (error) {
    const data = { is_panic: false, message: error?.message ?? String(error), meta: error?.meta ?? null };
    const message = 'An error happened. Check the data field for details.';
    send({ id, error: { code: 4466, message, data: { ...data, error_code: error?.code } } });
  }
}

if (argv.includes('cli')) process.exit(await runCli(argv[argv.indexOf('cli') + 1]));
await loadEngine();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = line.trim() ? JSON.parse(line) : {};
  if (request.method) await answer(request); // Anything else is the caller's answer to our `print`.
}
process.exit(0);
