import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { provision } from '../src/database/provision.ts';
import { isUniqueViolation } from '../src/database/transaction.ts';

// Below the repository, where the generated client finds Prisma's packages; `generated/` is ignored by git.
const generated = fileURLToPath(new URL('../generated/', import.meta.url));
const schemaEngine = fileURLToPath(new URL('../../../scripts/schema-engine.mjs', import.meta.url));
const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');

const SCHEMA = `generator client {
  provider = "prisma-client"
  output = "./client"
  runtime = "nodejs"
  moduleFormat = "esm"
  generatedFileExtension = "ts"
  importFileExtension = "ts"
}
datasource db { 
  provider = "postgresql"
}
model Cart {
  id      String   @id
  total   BigInt
  created DateTime @default(now()) @db.Timestamptz(3)
}`;
const CREATE = `CREATE TABLE "Cart" ("id" TEXT NOT NULL, "total" BIGINT NOT NULL,
  "created" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "Cart_pkey" PRIMARY KEY ("id"));`;

let home: string;
let dir: string;
let url: string;
const write = (name: string, sql: string): void => {
  mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, name, 'migration.sql'), sql);
};
const run = () => migrate({ url, subgraph: 'orders', dir });

async function prisma(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    CHECKPOINT_DISABLE: '1',
    NO_COLOR: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine,
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [cli, ...args, '--config', join(home, 'prisma.config.ts')],
    {
      cwd: home,
      env,
    },
  );
  return stdout;
}

beforeAll(() => mkdirSync(generated, { recursive: true }));
beforeEach(async () => {
  home = mkdtempSync(join(generated, 'migrate-'));
  dir = join(home, 'migrations');
  mkdirSync(dir);
  const database = `cartograph_test_${inject('testRun')}_${randomUUID().slice(0, 8)}`;
  const urls = await provision({ adminUrl: inject('testDatabaseUrl'), database, secret: 's', subgraphs: ['orders'] });
  url = urls.orders;
  return () => rmSync(home, { recursive: true, force: true });
});
afterAll(() => rmSync(generated, { recursive: true, force: true }));

describe('migrations', () => {
  it('leave nothing to do for prisma migrate deploy, and the client works on what they made', async () => {
    writeFileSync(join(home, 'schema.prisma'), SCHEMA);
    writeFileSync(join(dir, 'migration_lock.toml'), 'provider = "postgresql"\n');
    const config = { schema: 'schema.prisma', migrations: { path: 'migrations' }, datasource: { url } };
    writeFileSync(join(home, 'prisma.config.ts'), `export default ${JSON.stringify(config)};\n`);
    write('20260101000000_cart', CREATE);
    write('20260102000000_check', 'ALTER TABLE "Cart" ADD CONSTRAINT "Cart_total" CHECK ("total" >= 0);');

    expect(await run()).toEqual(['20260101000000_cart', '20260102000000_check']);
    expect(await run()).toEqual([]);
    expect(await prisma('migrate', 'status')).toContain('Database schema is up to date');
    expect(await prisma('migrate', 'deploy')).toContain('No pending migrations to apply');

    write('20260103000000_more', 'ALTER TABLE "Cart" ADD COLUMN "note" TEXT;');
    expect(await prisma('migrate', 'deploy')).toContain('20260103000000_more');
    expect(await run()).toEqual([]);

    await prisma('generate');
    const { PrismaClient } = await import(pathToFileURL(join(home, 'client', 'client.ts')).href);
    const db = connect(url, { name: 'orders' });
    const client = new PrismaClient({ adapter: db.adapter });
    const before = db.statements.count;
    await client.cart.create({ data: { id: 'a', total: 5n } });
    expect(await client.cart.findMany({ select: { id: true, total: true } })).toEqual([{ id: 'a', total: 5n }]);
    expect(await client.$queryRaw`SELECT id, similarity(id, 'a') AS near FROM "Cart"`).toEqual([{ id: 'a', near: 1 }]);
    expect(db.statements.count - before).toBe(3);
    const twice: unknown = await client.cart.create({ data: { id: 'a', total: 5n } }).catch((error: unknown) => error);
    expect(isUniqueViolation(twice)).toBe(true);
    await client.$disconnect();
    await db.ping(); // Prisma leaves the pool open.
    await db.close();
  });

  it('are applied once when several processes start together', async () => {
    write('1_cart', CREATE);
    const applied = await Promise.all([run(), run(), run()]);
    expect(applied.flat()).toEqual(['1_cart']);
  });

  it('belong to the role of the subgraph', async () => {
    write('1_cart', CREATE);
    await run();
    const db = connect(url, { name: 'orders' });
    const { rows } = await db.pool.query(
      'SELECT tableowner = current_user AS own, schemaname FROM pg_tables WHERE tablename = $1',
      ['Cart'],
    );
    expect(rows).toEqual([{ own: true, schemaname: 'orders' }]);
    await db.close();
  });

  it('leave nothing behind when one fails, so that a corrected one is applied', async () => {
    write('1_cart', `${CREATE}\nSELECT nonsense;`);
    await expect(run()).rejects.toThrow('orders: migration 1_cart failed: column "nonsense" does not exist');
    write('1_cart', CREATE);
    expect(await run()).toEqual(['1_cart']);
  });

  it('may build an index without locking the table', async () => {
    write('1_cart', CREATE);
    write('2_index', 'CREATE INDEX CONCURRENTLY cart_total ON "Cart" ("total")');
    expect(await run()).toEqual(['1_cart', '2_index']);
  });

  it('are refused after one was edited', async () => {
    write('1_cart', CREATE);
    await run();
    write('1_cart', `${CREATE} -- changed`);
    await expect(run()).rejects.toThrow(/1_cart was edited after it was applied. Restore the file/);
  });

  it('are refused while one that Prisma began is unfinished', async () => {
    write('1_cart', CREATE);
    await run();
    const db = connect(url, { name: 'orders' });
    await db.pool.query('UPDATE _prisma_migrations SET finished_at = NULL');
    await db.close();
    await expect(run()).rejects.toThrow(/1_cart failed earlier \(P3009\).*migrate resolve --rolled-back 1_cart/);
  });

  it('say that the database does not answer, without its password', async () => {
    const nowhere = new URL(url);
    nowhere.port = '1';
    const error = await migrate({ url: nowhere.href, subgraph: 'orders', dir }).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch('The database at 127.0.0.1:1 does not answer');
    expect(String(error)).not.toContain(nowhere.password);
    expect(pg.defaults.parseInputDatesAsUTC).toBe(true);
  });
});
