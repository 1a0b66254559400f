import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '@cartograph/runtime/database/embedded';
import { percentile } from '../../router/harness/statistics.ts';
import { ENGINES, type EngineName } from './engines.ts';
import { type EngineDatabase, end, measureEngine, openDatabase, startProcess, told } from './measure.ts';

const KILLS = 20;

const isDone: Record<EngineName, string> = {
  ours: `SELECT FROM orders.saga WHERE id = $1 AND status = 'DONE'`,
  dbos: `SELECT FROM dbos.workflow_status WHERE workflow_uuid = $1 AND status = 'SUCCESS'`,
};

/** From `kill -9` of a process in the middle of a checkout to the end of that checkout, by another process. */
async function recover(engine: EngineName, db: EngineDatabase) {
  const survivor = startProcess(engine, db.url, 'survivor');
  await told(survivor);
  const times: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const victim = startProcess(engine, db.url, 'victim');
    await told(victim);
    victim.send({ first: kill, count: 1, atOnce: 1 });
    await told(victim);
    const killed = performance.now();
    await end(victim);
    while ((await db.admin.query(isDone[engine], [`victim-${kill}`])).rowCount === 0) await sleep(5);
    times.push(performance.now() - killed);
  }
  await end(survivor);
  times.sort((a, b) => a - b);
  const at = (percent: number) => Math.round(percentile(times, percent));
  return { engine, kills: KILLS, 'p50 ms': at(50), 'p95 ms': at(95), 'longest ms': at(100) };
}

const folder = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
chmodSync(folder, 0o755);
const server = await startEmbedded({ dir: join(folder, 'postgres') });
try {
  const costs = [];
  const recoveries = [];
  for (const engine of ENGINES) {
    const db = await openDatabase(server.adminUrl, engine);
    for (const atOnce of [1, 20]) costs.push(await measureEngine(engine, db, atOnce));
    recoveries.push(await recover(engine, db));
    await db.admin.end();
  }
  console.log('What an engine costs a checkout of four steps that do nothing:');
  console.table(costs);
  console.log('From kill -9 in the middle of a checkout to its end:');
  console.table(recoveries);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
