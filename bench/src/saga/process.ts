import { setTimeout as sleep } from 'node:timers/promises';
import { ownCpuMs } from '../cpu.ts';
import { checkout } from './checkout.ts';
import { type EngineName, openEngine } from './engines.ts';

/** How often a process looks for what others have left behind; as the orders subgraph does. */
const LOOK_MS = 500;

// One process of a shop: engine, database, role and number of steps as arguments. It tells its parent what has happened.
const [name, url = '', role, steps] = process.argv.slice(2);
const tell = (message: unknown) => process.send?.(message);
const stuck = async () => {
  tell('stuck');
  await sleep(2 ** 30);
};
const started = performance.now();
const engine = await openEngine(
  name as EngineName,
  url,
  checkout(Number(steps), role === 'victim' ? stuck : undefined),
);
tell({ startedMs: performance.now() - started });

process.on('message', async (order: { readonly first: number; readonly count: number; readonly atOnce: number }) => {
  let next = order.first;
  const buyer = async () => {
    while (next < order.first + order.count) await engine.place(`${role}-${next++}`);
  };
  const began = performance.now();
  const usedBefore = ownCpuMs();
  await Promise.all(Array.from({ length: order.atOnce }, buyer));
  tell({ ms: performance.now() - began, cpuMs: ownCpuMs() - usedBefore });
});
if (role === 'survivor')
  for (;;) {
    await engine.recover();
    await sleep(LOOK_MS);
  }
