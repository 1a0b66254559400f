import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CACHE = join(ROOT, 'node_modules', '.cache', 'cartograph');

/** Tells what lies in `node_modules`: npm writes it whenever it changes something there. */
export const INSTALLED =
  ['node_modules/.package-lock.json', 'package-lock.json'].find((file) => existsSync(join(ROOT, file))) ??
  'package.json';

/** What decides how something is compiled, besides its sources. */
export const OURS = [
  'scripts/run-compiled.mjs',
  ...readdirSync(join(ROOT, 'scripts', 'compiled')).map((name) => `scripts/compiled/${name}`),
];

/** Where it is kept what a program was made of, and what came of it. */
export const knownAs = (source) => join(CACHE, `${relative(ROOT, source).replace(/[^\w-]+/g, '-')}.json`);

/** Tells one state of a file from another. */
export function stampOf(path) {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return `${mtimeMs} ${size}`;
}

/** By a relative path, so that the checkout may be moved. */
export const fromCache = (path) => relative(CACHE, path).replaceAll('\\', '/');

/** Another process may write the same at once. */
export function writeWhole(path, contents) {
  const part = `${path}.${randomUUID()}.part`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(part, contents);
  renameSync(part, path);
}

/** How our sources and packages alike are bundled: for the Node that runs them, and with packages found as it finds them. */
export const BUNDLED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['node-addons', 'module-sync'],
  write: false,
};
