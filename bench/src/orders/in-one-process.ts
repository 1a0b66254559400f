import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openHistory } from '../../../e2e/faults/history.ts';
import { ownCpuMs } from '../cpu.ts';
import { createMeter, type Meter } from '../shop-meter.ts';
import { openDatabaseView, startShop } from '../shop-process.ts';
import { type Measured, measure, type OrdersEffort, openShop } from './measure.ts';
import type { Spent } from './spending.ts';

/** What `npm start` starts, the sandbox providers included, on a database that waits for the disk. */
export async function measureInOneProcess(folder: string, effort: OrdersEffort): Promise<Measured> {
  mkdirSync(folder);
  const { url, pid, stop } = await startShop(folder);
  try {
    const view = await openDatabaseView(folder);
    using history = openHistory(join(folder, 'history.jsonl'));
    const shop = await openShop(url, view.admin, history, effort);
    const meter = createMeter(view.admin, { shop: pid, postmaster: view.postmaster });
    const measured = await measure({ shop, read: () => spent(meter), settled: meter.settled }, effort);
    await view.close();
    return measured;
  } finally {
    await stop();
  }
}

async function spent(meter: Meter): Promise<Spent> {
  const { statements, ...others } = await meter.read();
  const all = Object.values(statements).reduce((sum, calls) => sum + calls, 0);
  return { ...others, statements: all, harnessMs: ownCpuMs() };
}
