// `npm run bench:import`: how long product files take, and how much memory. Prints a table and writes
// bench/results/import.json. Each size runs in a process and a database of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openCatalogueFiles } from '@cartograph/products';
import { openDatabase } from '@cartograph/runtime/database/open';
import { ROOT } from '@cartograph/runtime/sdl';

const SIZES = [10_000, 100_000];
const VARIANTS_PER_PRODUCT = 5;
const HEADER =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,SEO Title,SEO Description,Price / USD,Status\n';
const WORDS = 'river stone copper linen amber harbour walnut meadow cotton slate willow ember canvas juniper'.split(
  ' ',
);

const word = (n: number): string => WORDS[n % WORDS.length] ?? '';

function* lines(variants: number): Generator<string> {
  yield HEADER;
  for (let product = 0; product < variants / VARIANTS_PER_PRODUCT; product += 1) {
    const [a, b, c] = [word(product), word(product * 7 + 3), word(product * 13 + 5)];
    const title = `${a} ${b} ${c} no. ${product}`;
    const body = `"<p>A ${a} thing with ${b} and ${c}, made to last.</p><p>Number ${product}, ""as seen"" on a walk.</p>"`;
    for (let nth = 0; nth < VARIANTS_PER_PRODUCT; nth += 1) {
      const words = nth === 0 ? `${title},${body},${c} works,${b},"${a}, ${b}",TRUE,Size,` : ',,,,,,,';
      const image = nth < 2 ? `https://images.example.com/p/${product}-${nth}.jpg,${nth + 1},${a} ${nth}` : ',,';
      const closing = nth === 0 ? `${title},A ${a} thing` : ',';
      yield `p-${product},${words}S${nth},SKU-${product}-${nth},${100 + nth},shopify,${(product + nth) % 90},deny,${10 + (product % 90)}.95,,TRUE,TRUE,20${String(product * 10 + nth).padStart(11, '0')},${image},${closing},${11 + (product % 90)}.95,${nth === 0 ? 'active' : ''}\n`;
    }
  }
}

interface Measured {
  readonly seconds: number;
  readonly liveMb: number;
  readonly peakMb: number;
}

/** Runs in the child: one import, into the database of DATABASE_URL_PRODUCTS. */
async function measure(file: string): Promise<void> {
  const files = await openCatalogueFiles(process.env.DATABASE_URL_PRODUCTS ?? '');
  const started = performance.now();
  const options = { currency: 'EUR', markets: new Map(), warehouse: null, strict: false, dryRun: false };
  let liveMb = 0;
  const summary = await files.importFile(file, options, {
    issue: ({ line, message }) => console.error(`line ${line}: ${message}`),
    note: () => {},
    // What is really needed, near the end of the file: the peak is mostly garbage that nobody had to collect yet.
    progress: (phase, share) => {
      if (phase !== 'importing' || share < 0.95 || liveMb > 0) return;
      globalThis.gc?.();
      liveMb = Math.round(process.memoryUsage().heapUsed / 1024 / 1024);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  await files.close();
  // Of the whole life of the process. Kilobytes, whatever the system. Source: getrusage as libuv gives it.
  process.send?.({ ...summary, seconds, liveMb, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) });
}

async function inChild(file: string, url: string): Promise<Measured> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url), file], {
    env: { ...process.env, DATABASE_URL_PRODUCTS: url },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const message = once(child, 'message') as Promise<[Measured & { issues: number }]>;
  const [answer] = await Promise.race([
    message,
    exit.then(([code]) => Promise.reject(new Error(`the import ended with code ${code}`))),
  ]);
  await exit;
  if (answer.issues > 0) throw new Error('the file has issues: the numbers would say nothing');
  return answer;
}

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
  // PostgreSQL may run as another user, and its data is to go with the folder.
  chmodSync(folder, 0o755);
  const results = [];
  try {
    for (const variants of SIZES) {
      const file = join(folder, `${variants}.csv`);
      await pipeline(Readable.from(lines(variants)), createWriteStream(file));
      const env = { ...process.env, DATA_DIR: join(folder, `data-${variants}`) };
      const database = await openDatabase({ root: fileURLToPath(ROOT), env, subgraphs: ['products'] });
      try {
        const first = await inChild(file, database.urls.products);
        const again = await inChild(file, database.urls.products);
        results.push({
          variants,
          fileMb: +(statSync(file).size / 1024 / 1024).toFixed(1),
          seconds: +first.seconds.toFixed(1),
          rowsPerSecond: Math.round(variants / first.seconds),
          liveMb: first.liveMb,
          peakMb: first.peakMb,
          secondsAgain: +again.seconds.toFixed(1),
        });
        console.table(results);
      } finally {
        await database.stop();
      }
    }
    const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
    writeFileSync(new URL('bench/results/import.json', ROOT), `${JSON.stringify({ machine, results }, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [file] = process.argv.slice(2);
await (file ? measure(file) : run());
