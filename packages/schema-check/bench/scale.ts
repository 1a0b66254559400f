// How long a check takes as graph and usage grow: `npx tsx packages/schema-check/bench/scale.ts [subgraphs …]`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.ts';

const BIN = fileURLToPath(new URL('../bin/cartograph-schema.js', import.meta.url));
const FULL = 50;

interface Run {
  readonly seconds: number;
  readonly summary: string;
}

/** A fresh process each time, as in CI: loading counts. */
function run(cwd: string, ...args: readonly string[]): Run {
  const started = performance.now();
  let output = '';
  try {
    output = execFileSync(process.execPath, [BIN, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  } catch (error) {
    output = String((error as { stdout?: unknown }).stdout ?? error);
  }
  return { seconds: (performance.now() - started) / 1000, summary: output.trim().split('\n').at(-1) ?? '' };
}

const sizes = process.argv.slice(2).map(Number);
console.log('| subgraphs | types | operations | from two sets of sources | against a release | verdict |');
console.log('| ---: | ---: | ---: | ---: | ---: | --- |');
for (const subgraphs of sizes.length > 0 ? sizes : [5, 10, 25, FULL]) {
  const size = { subgraphs, types: subgraphs * 100, operations: subgraphs * 40 };
  const folder = mkdtempSync(join(tmpdir(), 'schema-scale-'));
  try {
    generate(folder, size);
    const cold = run(folder, 'check', '--base', 'base', '--usage', 'usage.jsonl');
    // The base is released once, long before; the check then spares itself one composition.
    run(folder, 'release', '--supergraph', 'base.yaml');
    const warm = run(folder, 'check', '--usage', 'usage.jsonl');
    const cells = [
      size.subgraphs,
      size.types,
      size.operations,
      `${cold.seconds.toFixed(1)} s`,
      `${warm.seconds.toFixed(1)} s`,
      cold.summary.slice(0, 120),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
