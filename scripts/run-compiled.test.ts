import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'cartograph');
const folder = join(ROOT, 'node_modules', '.cache', `run-compiled-${process.pid}`);
const program = join(folder, 'program.ts');
/** Where the cache says what a program was made of. */
const knownAs = (source: string) => join(CACHE, `${source.replace(/[^\w-]+/g, '-')}.json`);
const known = knownAs(relative(ROOT, program));

const run = promisify(execFile);
const say = async (...args: readonly string[]) => {
  const { stdout } = await run(process.execPath, ['scripts/run-compiled.mjs', program, ...args], { cwd: ROOT });
  return JSON.parse(stdout);
};
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  write('word.ts', "export const word: string = 'one';");
  write('beside.txt', 'found');
  write('late.ts', "export const late = 'late';");
  write(
    'program.ts',
    `import { readFileSync } from 'node:fs';
     import { createRequire } from 'node:module';
     import { GraphQLError } from 'graphql';
     import { word } from './word.ts';
     const { late } = await import('./late.ts');
     const beside = readFileSync(new URL('beside.txt', import.meta.url), 'utf8');
     const apart = Object.keys(createRequire(import.meta.url).cache);
     const failure = (): Error => new GraphQLError('no');
     console.log(JSON.stringify({
       word, late, beside, args: process.argv.slice(2), main: process.argv[1], loader: process.execArgv, apart,
       stack: failure().stack,
     }));`,
  );
});

interface Made {
  readonly files: readonly string[];
  readonly packages: string;
}
const made = () => JSON.parse(readFileSync(known, 'utf8')) as Made;

afterAll(() => {
  const { files, packages } = made();
  const ofPackages = readdirSync(CACHE).filter((name) => name.startsWith(packages));
  for (const file of [known, ...[...files, ...ofPackages].map((one) => join(CACHE, one))])
    rmSync(file, { force: true });
  rmSync(folder, { recursive: true, force: true });
});

describe('a compiled program', () => {
  test('has its arguments, what lies beside its source, what it imports late, and its source lines in stacks', async () => {
    const said = await say('--port', '0');
    expect(said).toMatchObject({
      word: 'one',
      late: 'late',
      beside: 'found',
      args: ['--port', '0'],
      main: program,
      loader: [],
      // What servers load is in one file, and nothing of it is there twice.
      apart: [],
    });
    expect(said.stack).toContain('program.ts:8');
  });

  test('is not compiled again while nothing changes', async () => {
    await say();
    const { mtimeMs } = statSync(known);
    await say();
    expect(statSync(known).mtimeMs).toBe(mtimeMs);
  });

  test('is compiled again after a change of a file that it imports, and what nobody is made of any more is removed', async () => {
    await say();
    const [old, recent] = ['packages-old.cjs', 'packages-recent.cjs'].map((name) => join(CACHE, name)) as [
      string,
      string,
    ];
    for (const file of [old, recent]) writeFileSync(file, '');
    const hoursAgo = Date.now() / 1000 - 7_200;
    utimesSync(old, hoursAgo, hoursAgo);
    write('word.ts', "export const word: string = 'another';");
    expect(await say()).toMatchObject({ word: 'another' });
    expect([old, recent].map((file) => existsSync(file))).toEqual([false, true]);
    rmSync(recent);
  });

  test('is compiled again where its cache is damaged', async () => {
    await say();
    const chunk = made().files.find((one) => one.startsWith('late-') && one.endsWith('.js')) as string;
    rmSync(join(CACHE, chunk));
    expect(await say()).toMatchObject({ late: 'late' });
    writeFileSync(known, '{"file":');
    expect(await say()).toMatchObject({ late: 'late' });
  });

  test('is compiled by several at once, none of which sees half a file', async () => {
    rmSync(known, { force: true });
    const said = await Promise.all([say('1'), say('2'), say('3')]);
    expect(said.map(({ args }) => args)).toEqual([['1'], ['2'], ['3']]);
    expect(readdirSync(CACHE).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('keeps what V8 made of the packages, for the next to take', async () => {
    await say();
    const { packages } = made();
    const kept = () => readdirSync(CACHE).filter((name) => name.startsWith(`${packages}.`));
    for (const name of kept()) rmSync(join(CACHE, name)); // Of a run that was broken off.
    const offer = async () => {
      const program = `import { OFFERED, offerPackages } from './scripts/compiled/offer-packages.mjs';
        const isTaken = offerPackages('${packages}', 0);
        const { parse } = await globalThis[Symbol.for(OFFERED)]('graphql');
        console.log(JSON.stringify([isTaken, parse('{ word }').kind]));
        setTimeout(() => {}, 1);`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT });
      return JSON.parse(stdout);
    };
    expect(await offer()).toEqual([false, 'Document']);
    expect(await offer()).toEqual([true, 'Document']);
    // V8 would end the process over it.
    for (const name of kept()) {
      const bytes = readFileSync(join(CACHE, name));
      writeFileSync(join(CACHE, name), bytes.fill(0, 4096));
    }
    expect(await offer()).toEqual([false, 'Document']);
    expect(await offer()).toEqual([true, 'Document']);
  });

  test.each([
    ['scripts/subgraph.ts', true],
    ['scripts/router.ts', true],
    // Mercurius lies apart, and loads the `graphql` that its server shares with it.
    ['bench/router/contenders/servers/mercurius.ts', false],
  ])('%s has one graphql, in one file with its packages or apart: %s', async (source, isTogether) => {
    await run(process.execPath, ['scripts/compiled/compile.mjs', source], { cwd: ROOT });
    const { packages } = JSON.parse(readFileSync(knownAs(source), 'utf8')) as Made;
    const copies = readFileSync(join(CACHE, packages), 'utf8').split('another module or realm').length - 1;
    expect(copies).toBe(isTogether ? 1 : 0);
  });

  test('says what is wrong with its source, and where', async () => {
    write('word.ts', 'export const word: string = ;');
    const failure = await say().catch((error: { readonly stderr: string }) => error);
    expect(failure.stderr).toMatch(/word\.ts:1:28/);
    expect(failure.stderr).not.toContain('esbuild');
  });
});
