// `npm run faults:teeth`: the same scenarios on the product as it is and with bugs in it. Exits with 1 when a bug passes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { describe } from './report.ts';
import { TEETH } from './teeth/all.ts';
import { type Bite, bite, runSound } from './teeth/bite.ts';
import { endOnSignals } from './world/at-end.ts';
import { openPostgres } from './world/postgres.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    report: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  console.log(`npm run faults:teeth [-- --only WORDS] [--report FOLDER]

  --only WORDS     only bugs with these words in their name; may be given several times
  --report FOLDER  where teeth.md, teeth.json, histories and logs go (default .cartograph/teeth)

${TEETH.map(({ name, why }) => `  ${name}: ${why}`).join('\n')}`);
  process.exit(0);
}

endOnSignals();

const report = resolve(values.report ?? fileURLToPath(new URL('.cartograph/teeth', ROOT)));
const wanted = values.only ?? [''];
const teeth = TEETH.filter(({ name }) => wanted.some((words) => name.includes(words)));
rmSync(report, { recursive: true, force: true });
mkdirSync(report, { recursive: true });

const postgres = await openPostgres(report);
const place = { folder: report, postgres };
const sound = await runSound(place, [...new Set(teeth.map(({ scenario }) => scenario))]);
let failed = false;
for (const [scenario, findings] of sound) {
  if (findings.length > 0) failed = true;
  console.log(`${scenario}, without a bug: ${findings.length === 0 ? 'sound' : `\n${describe(findings)}`}`);
}
const bites: Bite[] = [];
for (const tooth of teeth) {
  const result = await bite(place, tooth);
  bites.push(result);
  if (result.missed.length > 0) failed = true;
  const verdict = result.missed.length === 0 ? 'caught' : `NOT caught by: ${result.missed.join('; ')}`;
  console.log(`${tooth.name}: ${verdict} (${result.seconds} s)`);
  writeFileSync(join(report, 'teeth.json'), `${JSON.stringify({ bites }, null, 2)}\n`);
  writeFileSync(join(report, 'teeth.md'), toMarkdown(bites));
}
console.log(`The report is ${join(report, 'teeth.md')}.`);
await postgres[Symbol.asyncDispose]();
// Whatever connection still rests must not keep the command, and the machine, waiting.
process.exit(failed ? 1 : 0);

function toMarkdown(all: readonly Bite[]): string {
  const rows = all.map(
    ({ tooth, scenario, caughtBy, missed, seconds }) =>
      `| ${tooth} | ${scenario} | ${caughtBy.join('; ')} | ${missed.join('; ') || 'nothing'} | ${seconds} |`,
  );
  const head = ['| Bug | Scenario | Caught by | Missed by | Seconds |', '| --- | --- | --- | --- | --- |'];
  return `${['# Teeth', '', ...head, ...rows].join('\n')}\n`;
}
