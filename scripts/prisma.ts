/** Prisma's CLI for one subgraph, with a database to work on and without its engine download. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startEmbedded } from '@cartograph/runtime/database/embedded';
import { openDatabase } from '@cartograph/runtime/database/open';
import { provision, withDatabase } from '@cartograph/runtime/database/provision';

const root = join(import.meta.dirname, '..');

const HELP = `npm run prisma -- <subgraph> <command>

To write a migration
  1. Edit prisma/<subgraph>/*.prisma. Use @db.Timestamptz(3) for every DateTime.
  2. npm run prisma -- <subgraph> migrate dev --name add-things --create-only
     writes prisma/<subgraph>/migrations/<time>_add_things/migration.sql and applies nothing.
  3. Add by hand to that file what Prisma's language cannot say: CHECK constraints, triggers, GIN indexes, partial
     unique indexes. Name no schema for your own objects (the search_path is the subgraph's), and name the schema of
     extension objects:  USING gin (title extensions.gin_trgm_ops),  extensions.unaccent(title).
     Never edit the file after it is merged: a start refuses an edited migration.
  4. npm run prisma -- <subgraph> migrate dev
     replays every migration into a shadow database, applies the new one and says whether schema and SQL agree.
  It works on a database of its own (cartograph_authoring), never on the running one.

Without any database
  npm run prisma -- <subgraph> sql            the whole DDL of schema.prisma, from empty
  npm run prisma -- <subgraph> validate | format | generate

On the real database, as the subgraph's own role (DATABASE_URL, else the embedded one)
  npm run prisma -- <subgraph> migrate status | deploy | resolve …   (deploy also happens at every start)
`;

const ON_AUTHORING = ['dev', 'reset', 'diff'];

async function main([subgraph = '--help', ...command]: string[]): Promise<number> {
  const subgraphs = readdirSync(join(root, 'prisma'));
  if (subgraph === '--help' || command.length === 0) return say(HELP);
  if (!existsSync(join(root, 'prisma', subgraph))) {
    return say(`There is no prisma/${subgraph}. Subgraphs: ${subgraphs.join(', ')}\n`, 1);
  }
  if (command[0] === 'sql') {
    const schema = ['--to-schema', `prisma/${subgraph}`];
    return run(subgraph, ['migrate', 'diff', '--from-empty', ...schema, '--script']);
  }
  // `deploy` and `status` alone are short for `migrate deploy` and `migrate status`.
  const args = command[0] === 'deploy' || command[0] === 'status' ? ['migrate', ...command] : command;
  if (args[0] !== 'migrate' && args[0] !== 'db') return run(subgraph, args);
  return ON_AUTHORING.includes(args[1] ?? '') ? author(subgraph, args) : operate(subgraph, args);
}

/** As administrator on a scratch database: a shadow database must be created, and real data must not be touched. */
async function author(subgraph: string, args: readonly string[]): Promise<number> {
  const embedded = process.env.DATABASE_URL
    ? undefined
    : await startEmbedded({ dir: join(root, '.cartograph/postgres') });
  try {
    const adminUrl = withDatabase(process.env.DATABASE_URL ?? embedded?.adminUrl ?? '', 'cartograph_authoring');
    await provision({ adminUrl, secret: 'authoring', subgraphs: [] });
    return run(subgraph, args, adminUrl);
  } finally {
    await embedded?.stop();
  }
}

async function operate(subgraph: string, args: readonly string[]): Promise<number> {
  const opened = await openDatabase({ root, env: process.env, subgraphs: [subgraph], migrated: false });
  try {
    return run(subgraph, args, opened.urls[subgraph]);
  } finally {
    await opened.stop();
  }
}

function run(subgraph: string, args: readonly string[], url?: string): number {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const { status } = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    // Without a terminal Prisma would still wait for somebody to type a name: end its input instead.
    stdio: [process.stdin.isTTY ? 'inherit' : 'ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      SUBGRAPH: subgraph,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      PRISMA_SCHEMA_ENGINE_BINARY: join(import.meta.dirname, 'schema-engine.mjs'),
      ...(url && { DATABASE_URL: url }),
    },
  });
  return status ?? 1;
}

function say(text: string, code = 0): number {
  process.stdout.write(text);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
