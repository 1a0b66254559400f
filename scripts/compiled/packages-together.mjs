import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { BUNDLED, CACHE, fromCache, INSTALLED, OURS, ROOT, writeWhole } from './cache.mjs';
import { CACHE_FOLDER, OFFERED } from './offer-packages.mjs';

/**
 * What servers load whenever they start: in one file, for Node finds and reads a thousand files more slowly than it runs
 * them. All that shares `graphql` has to be among them, since there may be one of it in a process. Not among them is what is
 * loaded late or never, such as a provider's library.
 */
const TOGETHER =
  /^(@apollo\/.+|@as-integrations\/fastify|@prisma\/(adapter-pg|client\/runtime\/client)|dataloader|fastify|graphql(-middleware|-shield)?|jose|pg|pino|prom-client|ulid|undici|yaml|zod)$/;

export const isTogether = (name) => TOGETHER.test(name);

/** In our compiled sources, an expression that is such a package. */
export const taken = (name) => `(await globalThis[Symbol.for(${JSON.stringify(OFFERED)})](${JSON.stringify(name)}))`;

/** How our sources say that they want a package's CommonJS build. */
export const BY_REQUIRE = /createRequire\(import\.meta\.url\)\('([^']+)'\)/g;

/** What stands for a package that lies at this path, in our compiled sources. */
export async function asOffered(name, path) {
  const names = Object.keys(await import(pathToFileURL(path).href)).filter((one) => /^[\w$]+$/.test(one));
  // By other names here: a package may export one that is a word of the language.
  const own = names.map((one, index) => `own${index} = offered[${JSON.stringify(one)}]`);
  const exported = names.map((one, index) => `own${index} as ${one}`);
  return `const offered = ${taken(name)}, ${own.join(', ')};\nexport { ${exported.join(', ')} };`;
}

/** What each package needs, as npm has installed it. */
const { packages: installed = {} } = JSON.parse(readFileSync(join(ROOT, INSTALLED), 'utf8'));

/** Whether the package of this file, or one that it needs, would load `graphql` by itself. */
export function bringsGraphql(path) {
  const [, first] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll('\\', '/')) ?? [];
  const needed = new Set([first]);
  // What is added to a set while it is walked through comes too.
  for (const name of needed) {
    const { dependencies, peerDependencies } = installed[`node_modules/${name}`] ?? {};
    for (const one of Object.keys({ ...dependencies, ...peerDependencies })) needed.add(one);
  }
  return needed.has('graphql');
}

/**
 * Puts packages into one file, by name with where each lies, or `require` for who asks for it so. Gives the file's name,
 * which tells what it was made of.
 */
export async function packTogether(packages) {
  const loads = [...packages].sort().map(([name, at]) => {
    const load = at === 'require' ? `require(${JSON.stringify(name)})` : `import(${JSON.stringify(fromRoot(at))})`;
    return `${JSON.stringify(name)}: async () => ${load},`;
  });
  const madeOf = createHash('sha256').update(loads.join());
  for (const file of [INSTALLED, ...OURS]) madeOf.update(readFileSync(join(ROOT, file)));
  const outfile = join(CACHE, `packages-${madeOf.digest('hex').slice(0, 16)}.cjs`);
  if (existsSync(outfile)) return basename(outfile);
  const { outputFiles } = await build({
    ...BUNDLED,
    // Of a name that has Node's own way with CommonJS packages.
    stdin: {
      contents: `const loads = { ${loads.join('\n')} };\nexport default (name) => loads[name]();`,
      resolveDir: ROOT,
      sourcefile: 'packages.mjs',
    },
    outfile,
    format: 'cjs',
    // A function around all of it, as Node has it around a CommonJS module. Names stay, since stacks tell them, and lines
    // end somewhere, since Node shows the one that has thrown.
    banner: { js: `(function (exports, require, module, ${CACHE_FOLDER}) {` },
    footer: { js: '})' },
    minifyWhitespace: true,
    lineLimit: 200,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [{ name: 'packages', setup: whereTheyLie }],
  });
  writeWhole(outfile, outputFiles[0].contents);
  return basename(outfile);
}

const fromRoot = (path) => `./${relative(ROOT, path).replaceAll('\\', '/')}`;

/** Each file of a package still knows where it lies. */
function whereTheyLie(building) {
  building.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    return /__dirname|__filename|import\.meta\.url/.test(text)
      ? { contents: placed(text, path), loader: 'js' }
      : undefined;
  });
}

function placed(text, path) {
  const here = `require('node:path').join(${CACHE_FOLDER}, ${JSON.stringify(fromCache(path))})`;
  if (text.includes('import.meta.url'))
    return text.replaceAll('import.meta.url', `require('node:url').pathToFileURL(${here}).href`);
  if (/(const|let|var) __(dirname|filename)/.test(text)) return text;
  const strict = /^(\s|\/\*[\s\S]*?\*\/|\/\/.*\n)*['"]use strict['"]/.test(text) ? "'use strict'; " : '';
  return `${strict}var __filename = ${here}, __dirname = require('node:path').dirname(__filename); ${text}`;
}

const AN_HOUR_MS = 3_600_000;

/** Removes what no program is made of any more, unless somebody may just be about to start it. */
export function removeOldPackages() {
  const names = readdirSync(CACHE);
  const made = names.filter((name) => name.endsWith('.json')).map((name) => readFileSync(join(CACHE, name), 'utf8'));
  for (const name of names.filter((name) => name.startsWith('packages-'))) {
    const [whole] = name.split('.');
    if (made.some((text) => text.includes(whole))) continue;
    const file = join(CACHE, name);
    if (Date.now() - statSync(file).mtimeMs > AN_HOUR_MS) rmSync(file, { force: true });
  }
}
