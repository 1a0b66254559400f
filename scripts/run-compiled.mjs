// `node scripts/run-compiled.mjs PROGRAM.ts [arguments]`: a program of this checkout as plain JavaScript. It starts sooner
// than under a loader and holds less memory: no thread beside it that compiles, no wrapper around each closure.
// docs/adr/0014-servers-run-compiled.md
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CACHE, knownAs, ROOT, stampOf } from './compiled/cache.mjs';
import { offerPackages } from './compiled/offer-packages.mjs';

const [, , program, ...rest] = process.argv;
if (!program) {
  console.error('Say what to run: node scripts/run-compiled.mjs scripts/router.ts');
  process.exit(2);
}
const source = resolve(program);
process.argv = [process.argv[0], source, ...rest];
const made = compiledBefore() ?? compile();
process.setSourceMapsEnabled(true);
offerPackages(made.packages);
await import(pathToFileURL(join(CACHE, made.file)).href);

/** What was compiled, where none of the files it was made of has changed since. */
function compiledBefore() {
  try {
    const made = JSON.parse(readFileSync(knownAs(source), 'utf8'));
    const same = Object.entries(made.inputs).every(([path, stamp]) => stampOf(path) === stamp);
    return same && [made.packages, ...made.files].every((one) => existsSync(join(CACHE, one))) ? made : undefined;
  } catch {
    return undefined; // Never compiled, or a file is gone.
  }
}

/** In a process of its own, so that what it takes is given back before the program starts. */
function compile() {
  console.error(`Compiling ${relative(ROOT, source)}, once until a source or a package changes …`);
  const compiler = fileURLToPath(new URL('compiled/compile.mjs', import.meta.url));
  const { status, signal, error } = spawnSync(process.execPath, [compiler, relative(ROOT, source)], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === null) console.error(`The compiler did not end by itself: ${error?.message ?? signal}`);
  // Otherwise what is wrong with the sources has been printed.
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(readFileSync(knownAs(source), 'utf8'));
}
