import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { main } from '../src/cli.ts';

const scenario = (name: string) => fileURLToPath(new URL(`../scenarios/${name}/`, import.meta.url));

async function run(name: string, ...args: readonly string[]) {
  const printed: string[] = [];
  const exitCode = await main(args, { cwd: scenario(name), colour: false, print: (text) => printed.push(text) });
  return { exitCode, text: printed.join('\n') };
}

const check = (name: string, format: string) =>
  run(name, 'check', '--base', 'base', '--operations', 'operations', '--today', '2026-06-01', '--format', format);

describe('formats', () => {
  it('tells people what is hit, why, how to fix it and how to approve it', async () => {
    const { text } = await check('field-removed-used', 'text');
    expect(text).toContain('✖ Product.title  field-removed  head/shop.graphql:12');
    expect(text).toContain('The field is removed, and 1 of 2 known operations select it.');
    expect(text).toContain('hits Title (operations/title.graphql:1)');
    expect(text).toMatch(/- id: [0-9a-f]{10}\n {2}who: your name\n {2}until: "2026-07-01"/);
    expect(text).toContain('Breaking: shop changed since base; judged by 2 operations; 1 breaking');
  });

  it('annotates the file and line for GitHub', async () => {
    const { text } = await check('field-removed-used', 'github');
    expect(text).toMatch(/^::error file=head\/shop\.graphql,line=12,title=Product\.title/);
  });

  it('writes SARIF with a fingerprint that survives moved lines', async () => {
    const { text } = await check('field-removed-used', 'sarif');
    const [run] = JSON.parse(text).runs;
    expect(run.tool.driver.rules).toEqual([{ id: 'field-removed', shortDescription: { text: 'field-removed' } }]);
    expect(run.results[0]).toMatchObject({
      ruleId: 'field-removed',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'head/shop.graphql' }, region: { startLine: 12 } } }],
    });
    expect(run.results[0].partialFingerprints.cartographSchema).toMatch(/^[0-9a-f]{10}$/);
  });

  it('writes Markdown in which a schema cannot smuggle markup', async () => {
    const { text } = await check('lint-of-new-coordinates', 'markdown');
    expect(text).toContain('new\\_name is not camelCase.');
    expect(text).not.toMatch(/@deprecated/); // A mention would notify somebody.
  });

  it('tells bad input in the format asked for', async () => {
    const { exitCode, text } = await run('bad-broken-sdl', 'check', '--base', 'base', '--format', 'json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(text)).toMatchObject({ exitCode: 3, place: 'head/shop.graphql:16:1' });
    expect((await run('bad-broken-sdl', 'check', '--base', 'base', '--format', 'github')).text).toMatch(
      /^::error file=head\/shop\.graphql,line=16::subgraph "shop" is not valid SDL/,
    );
  });

  it.each([
    [['nonsense'], 'unknown command "nonsense"'],
    [['check', '--nonsense'], "Unknown option '--nonsense'"],
    [['check', '--format', 'xml'], '"xml" is none of text, github, json, sarif, markdown'],
    [['check', '--supergraph', 'no.yaml'], 'no.yaml: there is no such file'],
    [['check', '--config', 'no.yaml'], 'there is no such settings file'],
    [['explain'], 'explain what?'],
    [['explain', 'No.such'], 'no subgraph defines "No.such"'],
  ])('refuses %s', async (args, message) => {
    const { exitCode, text } = await run('field-removed-used', ...args);
    expect(text).toContain(message);
    expect(exitCode).toBe(3);
  });
});
