import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A copy of a scenario whose head is still its base: a repository on the day before the change. */
function project(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'schema-check-'));
  made.push(folder);
  const scenario = fileURLToPath(new URL(`../scenarios/${name}/`, import.meta.url));
  cpSync(scenario, folder, { recursive: true });
  cpSync(join(folder, 'head'), join(folder, 'next'), { recursive: true });
  cpSync(join(folder, 'base'), join(folder, 'head'), { recursive: true });
  return folder;
}

const change = (folder: string) => cpSync(join(folder, 'next'), join(folder, 'head'), { recursive: true });

async function run(cwd: string, ...args: readonly string[]) {
  const printed: string[] = [];
  const exitCode = await main([...args, '--today', '2026-06-01'], {
    cwd,
    colour: false,
    print: (text) => printed.push(text),
  });
  return { exitCode, text: printed.join('\n') };
}

const OPERATIONS = ['--operations', 'operations'] as const;

describe('the life of a schema', () => {
  it('is released, changed, refused, approved and released again', async () => {
    const folder = project('field-removed-used');
    expect((await run(folder, 'release', ...OPERATIONS)).text).toContain('The first release.');
    expect(await run(folder, 'check', ...OPERATIONS)).toMatchObject({ exitCode: 0 });
    expect((await run(folder, 'release', ...OPERATIONS)).text).toBe('Nothing changed since the last release.');

    change(folder);
    const refused = await run(folder, 'release', ...OPERATIONS);
    expect(refused).toMatchObject({ exitCode: 1, text: expect.stringContaining('Not released.') });

    const offered = refused.text.slice(refused.text.indexOf('- id:'), refused.text.indexOf('\n\nBreaking:'));
    writeFileSync(join(folder, 'approvals.yaml'), offered);
    const approved = ['--approvals', 'approvals.yaml'];
    expect(await run(folder, 'check', ...OPERATIONS, ...approved)).toMatchObject({ exitCode: 0 });
    expect(await run(folder, 'release', ...OPERATIONS, ...approved)).toMatchObject({ exitCode: 0 });
    const changelog = readFileSync(join(folder, 'schema/released/CHANGELOG.md'), 'utf8');
    expect(changelog).toContain("### Breaking by itself\n\n- `Product.title`: Field 'title' was removed");
    expect(changelog.indexOf('Product.title')).toBeLessThan(changelog.indexOf('The first release.'));
  });

  it('never trusts a frozen supergraph whose sources were edited', async () => {
    const folder = project('field-removed-used');
    await run(folder, 'release', ...OPERATIONS);
    writeFileSync(
      join(folder, 'schema/released/shop.graphql'),
      readFileSync(join(folder, 'schema/released/shop.graphql'), 'utf8').replace(
        'title: String!',
        'title: String!\n  more: Int',
      ),
    );
    const { text } = await run(folder, 'diff');
    expect(text).toContain("`Product.more`: Field 'more' was removed from object type 'Product'");
  });

  it('reads its base from git, subgraph files and supergraph.yaml alike', async () => {
    const folder = project('field-removed-used');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: folder,
        stdio: 'ignore',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'before');
    change(folder);
    const { exitCode, text } = await run(folder, 'check', '--base', 'git:HEAD', ...OPERATIONS);
    expect(exitCode).toBe(1);
    expect(text).toContain('shop changed since git:HEAD');
  });

  it('explains who owns a field, who uses it and what that costs', async () => {
    const folder = project('field-moved-between-subgraphs');
    change(folder);
    const { text } = await run(folder, 'explain', 'Product.stock', '--usage', 'usage.jsonl');
    expect(text).toContain('warehouse resolves it: Int!  head/warehouse.graphql:');
    expect(text).toContain('Detail (usage.jsonl:1) from web@1.2, 1200 calls');
    expect(text).toContain('2 fetches in 2 steps: products ×1, warehouse ×1');
  });

  it('draws the subgraphs and who extends whom', async () => {
    const folder = project('field-moved-between-subgraphs');
    await run(folder, 'graph', '--output', 'svg=graph.svg');
    const svg = readFileSync(join(folder, 'graph.svg'), 'utf8');
    expect(svg).toContain('Product +1');
    expect(svg.match(/<path class="e"/g)).toHaveLength(1);
  });

  it('collects operations from client code and turns them into a manifest that it reads again', async () => {
    const folder = project('field-removed-used');
    writeFileSync(
      join(folder, 'client.ts'),
      [
        'const F = gql`fragment Parts on Product { id }`;',
        'const Q = gql`',
        '  query FromCode { product(id: 1) { ...Parts } }',
        `  \${F}`,
        '`;',
      ].join('\n'),
    );
    await run(
      folder,
      'operations',
      '--operations',
      'client.ts',
      '--operations',
      'operations',
      '--output',
      'manifest=m.json',
    );
    const { text } = await run(folder, 'operations', '--manifest', 'm.json');
    expect(text).toContain('FromCode');
    expect(text).toContain('3 operations');
    expect(existsSync(join(folder, 'm.json'))).toBe(true);
  });

  it('joins usage to a manifest by id, and adds up what several clients sent', async () => {
    const folder = project('field-removed-used');
    await run(folder, 'operations', ...OPERATIONS, '--output', 'manifest=m.json');
    const [entry] = JSON.parse(readFileSync(join(folder, 'm.json'), 'utf8')).operations;
    const seen = (client: string, count: number) =>
      JSON.stringify({ id: entry.id, client, count, lastSeen: '2026-05-01' });
    writeFileSync(join(folder, 'u.jsonl'), [seen('web', 3), seen('ios', 4), seen('web', 5)].join('\n'));
    const { text } = await run(folder, 'operations', '--manifest', 'm.json', '--usage', 'u.jsonl');
    expect(text).toContain('12 calls  web ×8, ios ×4');
  });

  it('knows an operation again when the usage log has hidden the values in it', async () => {
    const folder = project('argument-removed');
    const signature = 'query WithMarket{search(market:"" text:"")}';
    const use = {
      signature,
      name: null,
      client: { name: 'web', version: null },
      count: 7,
      lastSeen: '2026-05-01T00:00:00Z',
    };
    writeFileSync(join(folder, 'operations/same.graphql'), 'query WithMarket { search(market: "de", text: "shoes") }');
    writeFileSync(join(folder, 'u.jsonl'), `${JSON.stringify(use)}\n`);
    const { text } = await run(folder, 'operations', ...OPERATIONS, '--usage', 'u.jsonl');
    expect(text).toMatch(/WithMarket {2}operations\/same\.graphql:1 {2}7 calls {2}web ×7/);
  });

  it('takes a break for one when all it knows are operations of the change itself', async () => {
    const folder = project('new-operation-of-this-change');
    change(folder);
    const sdl = readFileSync(join(folder, 'head/shop.graphql'), 'utf8');
    writeFileSync(join(folder, 'head/shop.graphql'), sdl.replace(/ {2}"Its title\."\n {2}title: String!\n/, ''));
    const { text } = await run(folder, 'check', '--base', 'base', ...OPERATIONS);
    expect(text).toContain('nothing is known of its use, so it counts as used');
  });
});
