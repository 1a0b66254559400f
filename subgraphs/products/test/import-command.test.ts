import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import { describe, expect, it } from 'vitest';
import { csv, importWorld } from './import-world.ts';

type World = Awaited<ReturnType<typeof importWorld>>;

function start(world: World | null, script: 'import' | 'export', args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, ...args], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, ...(world && { DATABASE_URL_PRODUCTS: world.db.url }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return { child, said, exit: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })) };
}

const run = (...args: Parameters<typeof start>) => start(...args).exit;

const HEADER = 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty';
const BAD = csv(HEADER, 'pot,Pot,POT,20.00,3', 'cup,Cup,CUP,-1,3');

describe('npm run import', () => {
  it('ends with 0 when all of the file is in the catalogue, and with 1 when some of it is not', async () => {
    await using world = await importWorld();
    const good = await run(world, 'import', [await world.file(csv(HEADER, 'pot,Pot,POT,20.00,3'))]);
    expect(good.err).toContain('"Main warehouse" was opened');
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining('Imported 1 of 1 products (1 new') });
    const bad = await run(world, 'import', [await world.file(BAD)]);
    expect(bad.err).toContain('line 3, "Variant Price": "-1" is below zero. Write a price of 0 or more.');
    expect(bad).toMatchObject({ code: 1, out: expect.stringContaining('Imported 1 of 2 products') });
    expect(await world.handles()).toEqual(['pot']);
  });

  it('ends with 2 when a strict import is refused, and nothing is written', async () => {
    await using world = await importWorld();
    const answer = await run(world, 'import', ['--strict', await world.file(BAD)]);
    expect(answer).toMatchObject({ code: 2, out: expect.stringContaining('nothing was written') });
    expect(await world.handles()).toEqual([]);
  });

  it('ends with 3 and says what to do when the command or the file cannot be understood', async () => {
    await using world = await importWorld();
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[], 'Name one file'],
      [['--speed', 'x.csv'], 'npm run import -- --help'],
      [['--currency', 'EUX', 'x.csv'], '"EUX" is not a currency code'],
      [['nowhere.csv'], 'There is no file nowhere.csv'],
      [[await world.file('Handle;Title\ncup;Cup\n')], 'separated by semicolons'],
    ];
    const answers = await Promise.all(cases.map(([args]) => run(world, 'import', args)));
    for (const [index, [, message]] of cases.entries()) {
      expect(answers[index]?.code).toBe(3);
      expect(answers[index]?.err).toContain(message);
      expect(answers[index]?.err).not.toMatch(/\n {4}at /);
    }
  });

  it('ends with 3 when there is no database', async () => {
    await using world = await importWorld();
    const nobody = { DATABASE_URL_PRODUCTS: 'postgresql://products:x@127.0.0.1:9/cartograph' };
    const answer = await run(null, 'import', [await world.file(BAD)], nobody);
    expect(answer.code).toBe(3);
    expect(answer.err).not.toMatch(/\n {4}at /);
  });

  it('killed at any moment and run again, it ends in the same catalogue', async () => {
    const lines = Array.from({ length: 4000 }, (_, n) => `p-${n},Product ${n},SKU-${n},${n % 90}.50,${n % 40}`);
    const file = csv(HEADER, ...lines);
    await using killed = await importWorld();
    const path = await killed.file(file);
    // Each time it dies after it has written some more; then it may finish.
    for (const products of [1, 1200, 2600]) {
      const { child, exit } = start(killed, 'import', [path]);
      const deadline = Date.now() + 25_000;
      while ((await killed.handles()).length < products && child.exitCode === null && Date.now() < deadline);
      child.kill('SIGKILL');
      expect((await exit).code).toBeNull();
    }
    const before = (await killed.handles()).length;
    expect(before).toBeGreaterThan(1000);
    expect(before).toBeLessThan(4000);
    expect(await run(killed, 'import', [path])).toMatchObject({ code: 0 });

    await using whole = await importWorld();
    await whole.import(file);
    expect(await killed.export()).toBe(await whole.export());
    expect(await killed.run('SELECT * FROM inventory_drift')).toEqual([]);
    const [moved] = await killed.run(
      'SELECT count(*)::int AS movements, count(DISTINCT variant_id)::int AS variants FROM stock_movement',
    );
    // Not one variant was counted twice; those with a count of 0 never moved.
    expect(moved).toEqual({ movements: 3900, variants: 3900 });
  }, 120_000);
});

describe('npm run export', () => {
  it('writes a file that imports back, or to standard output', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-export-'));
    await using world = await importWorld();
    await world.import(csv(HEADER, 'pot,Pot,POT,20.00,3'));
    const file = join(folder, 'shop.csv');
    expect(await run(world, 'export', [file])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Exported 1 products'),
    });
    const text = await readFile(file, 'utf8');
    expect(await run(world, 'export', [])).toMatchObject({ code: 0, out: text });
    expect((await world.import(text)).summary).toMatchObject({ unchanged: 1, issues: 0 });
    const nowhere = await run(world, 'export', [join(folder, 'no', 'shop.csv')]);
    expect(nowhere).toMatchObject({ code: 3, err: expect.stringContaining('cannot be written') });
    await rm(folder, { recursive: true });
  });
});
