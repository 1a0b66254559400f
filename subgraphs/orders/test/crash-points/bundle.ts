import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Each file still finds what lies beside it. */
const whereItWas: Plugin = {
  name: 'where it was',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', url) };
    });
  },
};

const { resolve } = createRequire(import.meta.url);

/** What is loaded by name while the program runs finds the same copy of it. */
const oneGraphql: Plugin = {
  name: 'one graphql',
  setup({ onResolve }) {
    onResolve({ filter: /^graphql(\/|$)/ }, ({ path }) => ({ path: resolve(path), external: true }));
  },
};

/** CommonJS packages ask for these. */
const COMMONJS = `import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/**
 * The process in one file. Some thousand of them are started, and one that has to find and translate its modules takes
 * more than three times as long to start as to do its work. Gives the file's path.
 */
export async function bundleProcess(): Promise<string> {
  const outfile = join(here('../../node_modules/.cache/crash-points'), `process-${process.pid}.mjs`);
  await build({
    ...{ entryPoints: [here('process.ts')], outfile, bundle: true, logLevel: 'error' },
    ...{
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner: { js: COMMONJS },
      plugins: [whereItWas, oneGraphql],
    },
  });
  return outfile;
}
