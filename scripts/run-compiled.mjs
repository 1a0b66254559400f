// `node scripts/run-compiled.mjs PROGRAM.ts [arguments]`: a program of this checkout as plain JavaScript. It starts sooner
// than under a loader and holds less memory: no thread beside it that compiles, no wrapper around each closure.
// docs/adr/0014-servers-run-compiled.md
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'cartograph');
/** What decides how the sources are compiled, besides themselves. */
const ALWAYS = ['package-lock.json', relative(ROOT, fileURLToPath(import.meta.url))];

const [, , program, ...rest] = process.argv;
if (!program) {
  console.error('Say what to run: node scripts/run-compiled.mjs scripts/router.ts');
  process.exit(2);
}
const source = resolve(program);
process.argv = [process.argv[0], source, ...rest];
const known = join(CACHE, `${relative(ROOT, source).replace(/[^\w-]+/g, '-')}.json`);
const file = compiledBefore() ?? (await compile().catch(refused));
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(CACHE, file)).href);

/** The compiled program's name, where none of the files it was made of has changed since. */
function compiledBefore() {
  try {
    const { file, files, inputs } = JSON.parse(readFileSync(known, 'utf8'));
    const same = Object.entries(inputs).every(([path, stamp]) => stampOf(path) === stamp);
    return same && files.every((one) => existsSync(join(CACHE, one))) ? file : undefined;
  } catch {
    return undefined; // Never compiled, or a file is gone.
  }
}

function stampOf(path) {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return `${mtimeMs} ${size}`;
}

/** What is wrong with the sources has been printed. */
function refused(error) {
  if (!error.errors) throw error;
  process.exit(1);
}

async function compile() {
  const { build, stop } = await import('esbuild');
  const inputs = Object.fromEntries(ALWAYS.map((path) => [path, stampOf(path)]));
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outdir: CACHE,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    // What is imported late stays in files of its own, loaded late.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // As Node itself resolves packages.
    conditions: ['node-addons', 'module-sync'],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [{ name: 'our-sources-alone', setup: (building) => ourSourcesAlone(building, inputs) }],
  });
  await stop();
  mkdirSync(CACHE, { recursive: true });
  // Names tell the content, so that another process may write the same at once, and what runs keeps what it may yet load.
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  const started = relative(ROOT, source);
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === started);
  const file = basename(entry);
  const files = outputFiles.map(({ path }) => basename(path));
  writeWhole(known, JSON.stringify({ file, files, inputs }));
  return file;
}

/** Packages stay where they are, and our own sources find what lies beside them. */
function ourSourcesAlone(building, inputs) {
  const found = Symbol('found');
  building.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
    if (pluginData === found || from.kind === 'entry-point' || path.startsWith('@cartograph/')) return undefined;
    if (isBuiltin(path)) return { external: true };
    const { kind, importer, resolveDir } = from;
    const { path: at, errors } = await building.resolve(path, { kind, importer, resolveDir, pluginData: found });
    return errors.length > 0 ? { errors } : { path: fromCache(at), external: true };
  });
  building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    inputs[relative(ROOT, path)] = stampOf(relative(ROOT, path));
    return { contents: located(readFileSync(path, 'utf8'), path), loader: 'ts' };
  });
}

function located(text, path) {
  if (/import\.meta\.(dirname|filename)/.test(text))
    throw new Error(`${path}: only import.meta.url is known when compiled`);
  return text.replaceAll('import.meta.url', `new URL(${JSON.stringify(fromCache(path))}, import.meta.url).href`);
}

/** By a relative path, so that the checkout may be moved. */
function fromCache(path) {
  return relative(CACHE, path).replaceAll('\\', '/');
}

function writeWhole(path, contents) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, contents);
  renameSync(part, path);
}
