// `node scripts/compiled/compile.mjs PROGRAM.ts`: makes of a program what `run-compiled.mjs` runs.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, relative, resolve } from 'node:path';
import { build, stop } from 'esbuild';
import { BUNDLED, CACHE, fromCache, INSTALLED, knownAs, OURS, ROOT, stampOf, writeWhole } from './cache.mjs';
import {
  asOffered,
  BY_REQUIRE,
  bringsGraphql,
  isTogether,
  packTogether,
  removeOldPackages,
  taken,
} from './packages-together.mjs';

const source = resolve(process.argv[2]);
const inputs = Object.fromEntries([INSTALLED, ...OURS].map((path) => [path, stampOf(path)]));
/** Of the packages that share a file: those that the program asks for, with where they lie, or `require`. */
const together = new Map();
/** Whether it asks for another one too that would load a second `graphql`. */
let wouldDouble = false;

try {
  let { outputFiles, metafile } = await compileSources(isTogether);
  if (wouldDouble) {
    together.clear();
    ({ outputFiles, metafile } = await compileSources(() => false));
  }
  // Names tell the content: what runs keeps what it may yet load.
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  const started = relative(ROOT, source);
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === started);
  const made = { file: basename(entry), files: outputFiles.map(({ path }) => basename(path)) };
  const packages = await packTogether(together);
  writeWhole(knownAs(source), JSON.stringify({ ...made, packages, inputs }));
  removeOldPackages();
} catch (error) {
  if (!error.errors) throw error;
  process.exitCode = 1; // What is wrong with the sources has been printed.
} finally {
  await stop();
}

function compileSources(joins) {
  return build({
    ...BUNDLED,
    entryPoints: [source],
    outdir: CACHE,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    // What is imported late stays in files of its own, loaded late.
    splitting: true,
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [{ name: 'our-sources-alone', setup: (building) => ourSourcesAlone(building, joins) }],
  });
}

/** Packages are left out, and our own sources find what lies beside them. */
function ourSourcesAlone(building, joins) {
  const found = Symbol('found');
  building.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
    if (pluginData === found || from.kind === 'entry-point' || path.startsWith('@cartograph/')) return undefined;
    if (isBuiltin(path)) return { external: true };
    const { kind, importer, resolveDir } = from;
    const { path: at, errors } = await building.resolve(path, { kind, importer, resolveDir, pluginData: found });
    if (errors.length > 0) return { errors };
    if (!joins(path)) {
      wouldDouble ||= bringsGraphql(at);
      return { path: fromCache(at), external: true };
    }
    join(path, at, importer);
    return { path, namespace: 'together', pluginData: at };
  });
  building.onLoad({ filter: /./, namespace: 'together' }, async ({ path, pluginData }) => ({
    contents: await asOffered(path, pluginData),
  }));
  building.onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
    inputs[relative(ROOT, path)] = stampOf(relative(ROOT, path));
    return { contents: located(readFileSync(path, 'utf8'), path, joins), loader: 'ts' };
  });
}

function located(text, path, joins) {
  if (/import\.meta\.(dirname|filename)/.test(text))
    throw new Error(`${path}: only import.meta.url is known when compiled`);
  const required = (whole, name) => {
    if (!joins(name)) return whole;
    join(name, 'require', path);
    return taken(name);
  };
  return text
    .replace(BY_REQUIRE, required)
    .replaceAll('import.meta.url', `new URL(${JSON.stringify(fromCache(path))}, import.meta.url).href`);
}

/** There is one of each: a program in which two ways to ask for a package give two of it is refused. */
function join(name, at, importer) {
  const known = together.get(name) ?? at;
  if (known !== at) throw new Error(`${importer} asks for another ${name} than somebody before: ${at}, and ${known}`);
  together.set(name, at);
}
