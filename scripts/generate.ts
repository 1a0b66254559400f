/** `npm run generate`: Prisma clients and resolver types, made again only where their sources have changed. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { codegenConfig, mappersFile } from '../codegen.ts';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** Something generated: from which files, into which, and with which versions of the tools. */
type Product = {
  readonly subgraph: string;
  readonly sources: readonly string[];
  readonly output: string;
  readonly tools: readonly string[];
};

/** Brings everything generated up to date; says nothing when it already is. */
export async function generate(log: (message: string) => void = console.log): Promise<void> {
  const subgraphs = readdirSync(join(root, 'subgraphs')).sort();
  const clients = subgraphs.map(clientOf).filter(isStale);
  const types = subgraphs.map(typesOf).filter(isStale);
  const started = performance.now();
  await Promise.all([inTwos(clients, generateClient), types.length > 0 ? generateTypes(types) : undefined]);
  for (const product of [...clients, ...types]) writeFileSync(stampOf(product), stamp(product));
  if (clients.length + types.length === 0) return;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  log(`generated ${clients.length} Prisma clients and ${types.length} sets of resolver types in ${seconds} s`);
}

function clientOf(subgraph: string): Product {
  const folder = join(root, 'prisma', subgraph);
  const schemas = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.prisma')) : [];
  return {
    subgraph,
    sources: schemas.sort().map((name) => join(folder, name)),
    output: join(root, 'subgraphs', subgraph, 'generated', 'prisma', 'client.ts'),
    tools: ['prisma/package.json'],
  };
}

function typesOf(subgraph: string): Product {
  return {
    subgraph,
    sources: [join(root, 'schema', `${subgraph}.graphql`), mappersFile(subgraph), join(root, 'codegen.ts')],
    output: join(root, 'subgraphs', subgraph, 'generated', 'graphql.ts'),
    tools: ['@graphql-codegen/typescript/package.json', '@graphql-codegen/typescript-resolvers/package.json'],
  };
}

const stampOf = ({ output }: Product): string => `${output}.stamp`;

function stamp({ sources, tools }: Product): string {
  const hash = createHash('sha256');
  for (const file of [...sources, ...tools.map((tool) => join(root, 'node_modules', tool))]) {
    hash.update(file.slice(root.length)).update(existsSync(file) ? readFileSync(file) : '');
  }
  return hash.digest('hex');
}

/** A subgraph that has no contract, or no model, yet has nothing to generate. */
function isStale(product: Product): boolean {
  const [first] = product.sources;
  if (!first || !existsSync(first)) return false;
  if (first.endsWith('.prisma') && !product.sources.some((file) => /^model /m.test(readFileSync(file, 'utf8'))))
    return false;
  if (!existsSync(product.output) || !existsSync(stampOf(product))) return true;
  return readFileSync(stampOf(product), 'utf8') !== stamp(product);
}

async function inTwos<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

async function generateClient({ subgraph, output }: Product): Promise<void> {
  mkdirSync(dirname(output), { recursive: true });
  const cli = require.resolve('prisma/build/index.js');
  const env = {
    ...process.env,
    SUBGRAPH: subgraph,
    CHECKPOINT_DISABLE: '1',
    // Not used to generate, but without it Prisma would try to download its own.
    PRISMA_SCHEMA_ENGINE_BINARY: join(import.meta.dirname, 'schema-engine.mjs'),
  };
  await promisify(execFile)(process.execPath, [cli, 'generate'], { cwd: root, env }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`prisma/${subgraph} does not generate:\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    },
  );
}

async function generateTypes(types: readonly Product[]): Promise<void> {
  const cli = await import('@graphql-codegen/cli');
  await cli.generate(codegenConfig(types.map(({ subgraph }) => subgraph)), true);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await generate();
