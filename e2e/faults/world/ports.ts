import { isFree } from '../../src/process.ts';

/** So many ports in a row with nobody on them, below those that Linux gives to outgoing connections. */
export async function freeBlock(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const base = 10_000 + Math.floor(Math.random() * (20_000 - count));
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no free ports');
}
