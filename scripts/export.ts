// `npm run export -- [file.csv]`: writes the catalogue as Shopify's product CSV, to a file or to standard output.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openCatalogueFiles, readPriceList } from '@cartograph/products';
import { openDatabase } from '@cartograph/runtime/database/open';
import { ROOT } from '@cartograph/runtime/sdl';
import { createProgress } from './progress.ts';

const HELP = `npm run export -- [file.csv] [--currency EUR]

  --currency EUR   the currency of "Variant Price" (default: DEFAULT_CURRENCY, otherwise EUR)

Without a file it writes to standard output: npm run --silent export > file.csv. Exit codes: 0 done, 3 not.`;

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { currency: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(HELP);
  const currency = (values.currency ?? process.env.DEFAULT_CURRENCY ?? 'EUR').toUpperCase();
  if (readPriceList(currency)?.country !== null)
    throw new Error(`"${values.currency}" is not a currency code. Use an ISO 4217 code such as EUR or USD.`);
  if (positionals.length > 1) throw new Error('Name one file: npm run export -- file.csv');
  const database = await openDatabase({ root: fileURLToPath(ROOT), env: process.env, subgraphs: ['products'] });
  try {
    const files = await openCatalogueFiles(database.urls.products);
    try {
      await write(files, currency, positionals[0]);
    } finally {
      await files.close();
    }
  } finally {
    await database.stop();
  }
}

async function write(
  files: Awaited<ReturnType<typeof openCatalogueFiles>>,
  currency: string,
  file: string | undefined,
): Promise<void> {
  const progress = createProgress(process.stderr);
  let products = 0;
  const lines = files.exportFile(currency, ({ written, total }) => {
    products = written;
    if (file) progress.show('exporting', written / total);
  });
  if (!file) return pipeline(Readable.from(lines), process.stdout, { end: false });
  // Under another name until it is whole: an export that was stopped must not look like one that was not.
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new Error(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
  progress.end();
  console.log(`Exported ${products} products to ${file}`);
}

try {
  await run();
} catch (error) {
  console.error((error as Error).message);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  process.exitCode = 3;
}
