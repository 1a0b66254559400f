// `node scripts/compiled/compile.mjs PROGRAM.ts`: makes of a program what `run-compiled.mjs` runs.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, relative, resolve } from 'node:path';
import { build, stop } from 'esbuild';
import { CACHE, fromCache, knownAs, ROOT, stampOf, writeWhole } from './cache.mjs';
import { asOffered, BY_REQUIRE, isTogether, packTogether, sharesGraphql, taken } from './packages-together.mjs';

const source = resolve(process.argv[2]);
/** What decides how the sources are compiled, besides themselves. */
const ALWAYS = [
  'package-lock.json',
  'scripts/run-compiled.mjs',
  ...['compile.mjs', 'offer-packages.mjs', 'packages-together.mjs'].map((name) => `scripts/compiled/${name}`),
];
const inputs = Object.fromEntries(ALWAYS.map((path) => [path, stampOf(path)]));
/** Of the packages that share a file: those that the program asks for, and how. */
const together = new Map();
/** Whether it asks for another one too that would load a `graphql` of its own. */
let wouldDouble = false;

try {
  let { file, files } = await compileSources(isTogether);
  if (wouldDouble) {
    together.clear();
    ({ file, files } = await compileSources(() => false));
  }
  const packages = await packTogether(together);
  writeWhole(knownAs(source), JSON.stringify({ file, files, packages, inputs }));
} catch (error) {
  if (!error.errors) throw error;
  process.exitCode = 1; // What is wrong with the sources has been printed.
} finally {
  await stop();
}

async function compileSources(isTogether) {
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
    plugins: [{ name: 'our-sources-alone', setup: (building) => ourSourcesAlone(building, isTogether) }],
  });
  // Names tell the content: what runs keeps what it may yet load.
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  const started = relative(ROOT, source);
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === started);
  return { file: basename(entry), files: outputFiles.map(({ path }) => basename(path)) };
}

/** Packages are left out, and our own sources find what lies beside them. */
function ourSourcesAlone(building, isTogether) {
  const found = Symbol('found');
  building.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
    if (pluginData === found || from.kind === 'entry-point' || path.startsWith('@cartograph/')) return undefined;
    if (isBuiltin(path)) return { external: true };
    const { kind, importer, resolveDir } = from;
    const { path: at, errors } = await building.resolve(path, { kind, importer, resolveDir, pluginData: found });
    if (errors.length > 0) return { errors };
    if (kind === 'dynamic-import' || !isTogether(path)) {
      wouldDouble ||= sharesGraphql(at);
      return { path: fromCache(at), external: true };
    }
    together.set(path, 'import');
    return { path, namespace: 'together', pluginData: at };
  });
  building.onLoad({ filter: /./, namespace: 'together' }, async ({ path, pluginData }) => ({
    contents: await asOffered(path, pluginData),
  }));
  building.onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
    inputs[relative(ROOT, path)] = stampOf(relative(ROOT, path));
    return { contents: located(readFileSync(path, 'utf8'), path, isTogether), loader: 'ts' };
  });
}

function located(text, path, isTogether) {
  if (/import\.meta\.(dirname|filename)/.test(text))
    throw new Error(`${path}: only import.meta.url is known when compiled`);
  const take = (name) => isTogether(name) && together.set(name, 'require') && taken(name);
  return text
    .replace(BY_REQUIRE, (whole, name) => take(name) || whole)
    .replaceAll('import.meta.url', `new URL(${JSON.stringify(fromCache(path))}, import.meta.url).href`);
}
