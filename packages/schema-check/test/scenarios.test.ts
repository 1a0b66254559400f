import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { main } from '../src/cli.ts';
import type { Finding } from '../src/findings/finding.ts';

const ROOT = fileURLToPath(new URL('../scenarios/', import.meta.url));

interface Expected {
  readonly about: string;
  readonly exitCode: number;
  readonly args?: readonly string[];
  readonly findings?: readonly Partial<Finding>[];
  readonly error?: string;
  readonly place?: string;
}

async function run(folder: string, args: readonly string[]) {
  const given = (flag: string, file: string) => (existsSync(`${folder}/${file}`) ? [flag, file] : []);
  const printed: string[] = [];
  const all = [
    ...['check', '--base', 'base', '--format', 'json', '--today', '2026-06-01'],
    ...given('--operations', 'operations'),
    ...given('--manifest', 'manifest.json'),
    ...given('--usage', 'usage.jsonl'),
    ...args,
  ];
  const exitCode = await main(all, { cwd: folder, colour: false, print: (text) => printed.push(text) });
  return { exitCode, text: printed.join('\n') };
}

/** Only what the expectation speaks of, in an order of its own. */
function seen(text: string) {
  const { findings } = JSON.parse(text) as { findings: readonly Finding[] };
  return findings.map(({ rule, level, coordinate, operations, contract }) => ({
    rule,
    level,
    coordinate,
    operations: operations.map(({ name }) => name).sort(),
    ...(contract === undefined ? {} : { contract }),
  }));
}

const sorted = (findings: readonly { readonly rule?: string; readonly coordinate?: string }[]) =>
  [...findings].sort((a, b) => `${a.rule} ${a.coordinate}`.localeCompare(`${b.rule} ${b.coordinate}`));

describe('schema check', () => {
  for (const name of readdirSync(ROOT).sort()) {
    const folder = `${ROOT}${name}`;
    const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;
    it(`${name}: ${expected.about}`, async () => {
      const { exitCode, text } = await run(folder, expected.args ?? []);
      if (expected.error) {
        const told = JSON.parse(text);
        expect(told.error).toContain(expected.error);
        expect(told.place).toContain(expected.place);
      } else {
        const findings = seen(text);
        expect(sorted(findings)).toEqual(
          sorted((expected.findings ?? []).map((each) => ({ operations: [], ...each }))),
        );
      }
      expect(exitCode).toBe(expected.exitCode);
    });
  }
});
