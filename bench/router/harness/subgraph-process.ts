import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Traffic } from '../subgraphs/memo-server.ts';

export interface SubgraphProcess {
  readonly urls: Readonly<Record<string, string>>;
  /** What is asked of all of them together meanwhile. */
  trafficDuring(work: () => Promise<void>): Promise<Traffic>;
  close(): void;
}

export async function openSubgraphs(workload: string): Promise<SubgraphProcess> {
  const child = fork(fileURLToPath(new URL('../subgraphs/main.ts', import.meta.url)), [workload], {
    execArgv: ['--import', 'tsx'],
  });
  const [urls] = (await once(child, 'message')) as [Readonly<Record<string, string>>];
  async function traffic(): Promise<Traffic> {
    child.send('traffic');
    const [counted] = (await once(child, 'message')) as [Traffic];
    return counted;
  }
  return {
    urls,
    async trafficDuring(work) {
      const before = await traffic();
      await work();
      const after = await traffic();
      return {
        requests: after.requests - before.requests,
        bytesIn: after.bytesIn - before.bytesIn,
        bytesOut: after.bytesOut - before.bytesOut,
      };
    },
    close: () => child.disconnect(),
  };
}
