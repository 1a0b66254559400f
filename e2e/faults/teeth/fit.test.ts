import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ROOT } from '@cartograph/runtime/sdl';
import { describe, expect, it } from 'vitest';
import { INVARIANTS } from '../check.ts';
import { TEETH } from './all.ts';
import { replaceOnce } from './patch-function.ts';

const textOf = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

/** The function as the newest migration that has it leaves it. */
function functionIn(schema: string, name: string): string {
  const folder = `prisma/${schema}/migrations/`;
  const migrations = readdirSync(new URL(folder, ROOT)).sort();
  const sources = migrations
    .map((migration) => `${folder}${migration}/migration.sql`)
    .filter((file) => existsSync(new URL(file, ROOT)))
    .flatMap((file) => textOf(file).split(/^(?=CREATE (?:OR REPLACE )?FUNCTION )/m))
    .filter((part) => new RegExp(`^CREATE (OR REPLACE )?FUNCTION ${name}\\(`).test(part));
  const [head = '', body = ''] = (sources.at(-1) ?? '').split('$$');
  return `${head}$$${body}`;
}

const sourcePatches = TEETH.flatMap(({ name, source = [] }) => source.map((patch) => ({ name, ...patch })));
const functionPatches = TEETH.flatMap(({ name, database = [] }) =>
  database.map((patch) => ({ tooth: name, ...patch })),
);

describe('the bugs that can be switched on', () => {
  it('are at least twelve, each with a name of its own', () => {
    expect(new Set(TEETH.map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
  });

  it.each(sourcePatches)('"$name" still fits $file', ({ file, find, replace }) => {
    expect(replaceOnce(file, textOf(file), find, replace)).not.toBe(textOf(file));
  });

  it.each(functionPatches)('"$tooth" still fits $schema.$function', ({ schema, function: name, find, replace }) => {
    expect(replaceOnce(name, functionIn(schema, name), find, replace)).toContain(replace);
  });

  it('are caught by rules that exist', () => {
    const rules = Object.values(INVARIANTS).flatMap((group) => group.map(({ name }) => name));
    for (const { caughtBy } of TEETH) expect(rules).toEqual(expect.arrayContaining([...caughtBy]));
  });
});
