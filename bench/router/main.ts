// `npm run bench:router`: what our router adds to a request, beside its peers and beside a server written by hand.
// Prints tables and writes bench/results/router.json. `-- --quick` takes less of everything and writes nothing.
// `-- --only ours,hand-written-once --workload light` measures just these, to see at once what a change did.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { allContenders } from './contenders/contenders.ts';
import { GROWTH_CONTENDERS, growthTables } from './growth.ts';
import { type Load, openLoad } from './harness/load.ts';
import { CPU_AT, type Measured, runRounds } from './harness/rounds.ts';
import { openStage } from './harness/stage.ts';
import { metricsTable } from './metrics.ts';
import { type Options, readOptions } from './options.ts';
import { asRecords, printed, type Table } from './tables/table.ts';
import {
  cpuTable,
  latencyTable,
  memoryTable,
  overheadTable,
  trafficTable,
  variedTable,
  type WorkloadResult,
} from './tables/workload-tables.ts';
import { workloadNamed } from './workloads/workloads.ts';

/** The share of the time after which nothing but growth is measured. */
const GROWTH_FROM = 0.84;
const RESULT = new URL('../results/router.json', import.meta.url);

interface Run {
  readonly load: Load;
  readonly folder: string;
  readonly options: Options;
  /** `performance.now()` when this part of the run has had its share. */
  readonly until: number;
}

async function measureWorkload(name: string, { load, folder, options, until }: Run): Promise<WorkloadResult> {
  const workload = workloadNamed(name);
  await using stage = await openStage(workload, options.contenders, folder);
  console.error(`${name}: ${stage.contenders.length} answer alike; measuring`);
  return { name, about: workload.about, measured: await runRounds(load, stage, options.effort, until) };
}

async function measureGrowth({ load, folder, options, until }: Run): Promise<readonly Table[]> {
  const contenders = options.contenders.filter(({ id }) => GROWTH_CONTENDERS.includes(id));
  await using stage = await openStage(workloadNamed('growth'), contenders, folder);
  const { cellSeconds } = options.effort;
  return await growthTables(load, stage, {
    rounds: options.growthEnds ? 1 : 3,
    cellSeconds: cellSeconds / 2,
    endsOnly: options.growthEnds,
    until,
  });
}

/** Where it is asked what metrics cost. */
async function measureMetrics({ load, folder, options }: Omit<Run, 'until'>): Promise<readonly Table[]> {
  const ours = options.contenders.find(({ id }) => id === 'ours');
  if (!ours || !options.contenders.some(({ id }) => id === 'ours-unmetered')) return [];
  const names = options.workloads.filter((one) => one !== 'growth');
  return [await metricsTable(names, ours, { load, folder, effort: options.effort })];
}

function tablesOf(results: readonly WorkloadResult[], options: Options): readonly Table[] {
  const several = options.effort.connections.length > 1;
  return [
    ...results.map((result) => cpuTable(result, 'main', 'CPU per request')),
    ...results.map((result) => cpuTable(result, 'shared', 'With identical requests in flight shared')),
    ...results.map(variedTable),
    ...results.map(overheadTable),
    ...results.map(trafficTable),
    ...(several ? [...results.map(latencyTable), memoryTable(results)] : []),
  ].filter(({ rows }) => rows.length > 0);
}

const turnsAt = (connections: number, { samples }: Measured) =>
  samples.filter((one) => one.connections === connections && !one.varied).length;

async function run(options: Options, load: Load, folder: string): Promise<void> {
  const started = performance.now();
  const loadBefore = loadavg()[0];
  const share = (part: number) => ({ load, folder, options, until: started + options.budgetSeconds * 1000 * part });
  const results: WorkloadResult[] = [];
  for (const name of options.workloads.filter((one) => one !== 'growth'))
    results.push(await measureWorkload(name, share(((results.length + 1) * GROWTH_FROM) / 2)));
  const growth = options.workloads.includes('growth') ? await measureGrowth(share(1)) : [];
  const metrics = await measureMetrics({ load, folder, options });
  const tables = [...tablesOf(results, options), ...metrics, ...growth];
  for (const table of tables) console.log(printed(table));
  const turns = results.map(({ name, measured }) => `${name} ${measured[0] ? turnsAt(CPU_AT, measured[0]) : 0}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  const loadAverage = [loadBefore, loadavg()[0]];
  console.log(`\nCPU per request: medians of so many turns: ${turns.join(', ')}`);
  console.log(`${seconds} s; load of the machine ${loadAverage.map((one) => one?.toFixed(1)).join(' before, ')} after`);
  if (!options.writes) return;
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
  const samples = results.map(({ name, measured }) => ({
    workload: name,
    measured: measured.map(({ contender, ...rest }) => ({ contender: contender.id, ...rest })),
  }));
  const result = { machine, loadAverage, seconds, tables: tables.map(asRecords), samples };
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'cartograph-bench-router-'));
const closers = [() => rmSync(folder, { recursive: true, force: true })];
try {
  const options = readOptions(process.argv.slice(2), allContenders());
  const load = openLoad();
  closers.push(load.close);
  await run(options, load, folder);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  for (const close of closers) close();
}
