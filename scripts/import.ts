// `npm run import -- file.csv`: reads Shopify's product CSV into the catalogue, also while the shop is running.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ImportSummary, openCatalogueFiles, readPriceList } from '@cartograph/products';
import { openDatabase } from '@cartograph/runtime/database/open';
import { ROOT } from '@cartograph/runtime/sdl';
import { createProgress } from './progress.ts';

const HELP = `npm run import -- file.csv [options]

  --strict              refuse the whole file for one bad line; nothing is written then
  --dry-run             say what would happen, and write nothing
  --currency EUR        the currency of "Variant Price" (default: DEFAULT_CURRENCY, otherwise EUR)
  --market "Name=USD"   the currency of "Price / Name"; "Name=EUR AT" for one country. May be repeated
  --warehouse NAME      whose stock "Variant Inventory Qty" is (default: the first one)

Products are found by handle and variants by SKU, so that the same file twice changes nothing. Bad products are
reported by line and column and left out. Exit codes: 0 all of the file is in the catalogue, 1 some of it is not,
2 refused (--strict), 3 the file or the command cannot be understood, or the database cannot be reached.`;

/** So much is told of a file that is bad all over; the rest is counted. */
const MOST_ISSUES = 200;

class Usage extends Error {}

async function run(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new Usage('Name one file: npm run import -- file.csv');
  const currency = (values.currency ?? process.env.DEFAULT_CURRENCY ?? 'EUR').toUpperCase();
  if (readPriceList(currency)?.country !== null)
    throw new Usage(`"${values.currency}" is not a currency code. Use an ISO 4217 code such as EUR or USD.`);
  const options = {
    currency,
    markets: new Map((values.market ?? []).map(readMarket)),
    warehouse: values.warehouse ?? null,
    strict: values.strict ?? false,
    dryRun: values['dry-run'] ?? false,
  };
  const database = await openDatabase({ root: fileURLToPath(ROOT), env: process.env, subgraphs: ['products'] });
  try {
    const files = await openCatalogueFiles(database.urls.products);
    try {
      return await importOne(files, file, options);
    } finally {
      await files.close();
    }
  } finally {
    await database.stop();
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        strict: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        currency: { type: 'string' },
        market: { type: 'string', multiple: true },
        warehouse: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Usage(`${(error as Error).message.split('.')[0]}. See npm run import -- --help`);
  }
}

function readMarket(text: string) {
  const [name = '', list = ''] = text.split(/=(?=[^=]*$)/);
  const priceList = readPriceList(list);
  if (!name || !priceList) throw new Usage(`--market "${text}": write it like --market "International=USD".`);
  return [name.trim().toLowerCase(), priceList] as const;
}

type Files = Awaited<ReturnType<typeof openCatalogueFiles>>;

async function importOne(files: Files, file: string, options: Parameters<Files['importFile']>[1]): Promise<number> {
  const progress = createProgress(process.stderr);
  const started = performance.now();
  let told = 0;
  const summary = await files.importFile(file, options, {
    issue({ line, column, message }) {
      told += 1;
      if (told <= MOST_ISSUES) progress.say(`line ${line}${column ? `, "${column}"` : ''}: ${message}`);
    },
    note: (text) => progress.say(text),
    progress: (phase, share) => progress.show(phase, share),
  });
  progress.end();
  if (told > MOST_ISSUES) console.error(`… and ${told - MOST_ISSUES} more`);
  console.log(describe(summary, (performance.now() - started) / 1000));
  if (summary.outcome === 'REFUSED') return 2;
  return summary.issues > 0 ? 1 : 0;
}

const VERB = { IMPORTED: 'Imported', CHECKED: 'Would import', REFUSED: 'Refused, nothing was written' } as const;

function describe(summary: ImportSummary, seconds: number): string {
  const { outcome, created, updated, unchanged, skipped, variants, counted, issues } = summary;
  if (outcome === 'REFUSED') return `${VERB.REFUSED}: ${issues} issues. Correct them, or leave out --strict.`;
  const taken = created + updated + unchanged;
  const parts = [`${created} new`, `${updated} changed`, `${unchanged} as they were`];
  return `${VERB[outcome]} ${taken} of ${taken + skipped} products (${parts.join(', ')}) with ${variants} variants; ${counted} stock counts set; ${issues} issues; ${seconds.toFixed(1)} s`;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error((error as Error).message);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  process.exitCode = 3;
}
