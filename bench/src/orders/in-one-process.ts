import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stockShelf } from '../../../e2e/faults/buyers/shelf.ts';
import { prepareEvidence } from '../../../e2e/faults/evidence.ts';
import { openHistory } from '../../../e2e/faults/history.ts';
import { VARIANTS } from '../../../e2e/faults/run.ts';
import { createMeter, type Meter } from '../shop-meter.ts';
import { openDatabaseView, startShop } from '../shop-process.ts';
import { type Measured, measure, type OrdersEffort } from './measure.ts';
import type { Spent } from './spending.ts';

/** What `npm start` starts, the sandbox providers included, on a database that waits for the disk. */
export async function measureInOneProcess(folder: string, effort: OrdersEffort): Promise<Measured> {
  mkdirSync(folder);
  const { url, pid, stop } = await startShop(folder);
  try {
    const view = await openDatabaseView(folder);
    using history = openHistory(join(folder, 'history.jsonl'));
    await prepareEvidence(view.admin);
    const pieces = (effort.warmUp + effort.orders) * VARIANTS;
    const shelf = await stockShelf(url, view.admin, { variants: VARIANTS, pieces });
    const shop = { url, history, shelf, giveUpMs: 60_000 };
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
  const { user, system } = process.cpuUsage();
  const all = Object.values(statements).reduce((sum, calls) => sum + calls, 0);
  return { ...others, statements: all, harnessMs: (user + system) / 1000 };
}
