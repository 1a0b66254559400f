import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbedded } from '@cartograph/runtime/database/embedded';
import type { Table } from '../../router/tables/table.ts';
import { measureEngine, openDatabase } from '../saga/measure.ts';
import type { Measured } from './measure.ts';

/** A workflow of five steps that do nothing on `@dbos-inc/dbos-sdk`, on two cores with the database. */
interface Engine {
  readonly perSecond: number;
  readonly cpuMs: number;
}

/** By our own measurement where the aims were set. Both cores were busy, so that each workflow took no more of them than this. */
const THERE: Engine = { perSecond: 175, cpuMs: 2_000 / 175 };
const AIMS = { calmPerSecond: 100, calmCpuMs: 20, faultsPerSecond: 42 };
const STEPS = 5;

/** What the engine that the aims were set by takes here, so many at once. */
export async function measureHost(folder: string, atOnce: number): Promise<Engine> {
  mkdirSync(folder);
  const server = await startEmbedded({ dir: join(folder, 'postgres') });
  try {
    const db = await openDatabase(server.adminUrl, 'dbos');
    const measured = await measureEngine('dbos', db, atOnce, STEPS);
    await db.admin.end();
    return { perSecond: measured['per second'], cpuMs: measured['CPU ms'] };
  } finally {
    await server.stop();
  }
}

/** The aims, as far as this host is slower than theirs, beside what was measured. */
export function besideAims(here: Engine, calm: Measured, killed: Measured, faulty: Measured): Table {
  const speed = here.perSecond / THERE.perSecond;
  const price = here.cpuMs / THERE.cpuMs;
  return {
    title: 'Beside the aims, which were set by the price of an engine on their host',
    columns: ['', 'there', 'that is here', 'measured'],
    rows: [
      ['the engine, workflows a second', THERE.perSecond, here.perSecond, here.perSecond],
      ['the engine, CPU ms each', THERE.cpuMs, here.cpuMs, here.cpuMs],
      ['calm, orders a second', AIMS.calmPerSecond, AIMS.calmPerSecond * speed, calm.ordersPerSecond],
      ['calm, CPU ms each', AIMS.calmCpuMs, AIMS.calmCpuMs * price, calm.nodeMs + calm.postgresMs],
      ['kills, orders a second', AIMS.faultsPerSecond, AIMS.faultsPerSecond * speed, killed.ordersPerSecond],
      ['faults, orders a second', AIMS.faultsPerSecond, AIMS.faultsPerSecond * speed, faulty.ordersPerSecond],
    ],
  };
}
