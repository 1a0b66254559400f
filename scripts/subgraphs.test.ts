import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** The sources that run as soon as a program starts: what it imports late is in files of its own. */
async function loadedAtOnce(program: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [program],
    outdir: 'never-written',
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', write: false, metafile: true },
    plugins: [
      {
        name: 'our-sources-alone',
        setup: (building) =>
          building.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@cartograph/') ? undefined : { path, external: true },
          ),
      },
    ],
  });
  const reached = new Set(
    Object.keys(metafile.outputs).filter((file) => metafile.outputs[file]?.entryPoint === program),
  );
  for (const file of reached)
    for (const { path, kind } of metafile.outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && metafile.outputs[path]) reached.add(path);
  return [...reached].flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
}

test('a process that runs one subgraph loads no other, and no router', async () => {
  const sources = await loadedAtOnce('scripts/subgraph.ts');
  expect(sources).toContain('scripts/subgraphs.ts');
  expect(sources.filter((path) => /^(subgraphs|router)\//.test(path))).toEqual([]);
});
