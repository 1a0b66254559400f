// The subgraphs of one workload, in a process of their own. Tells its parent the URL of each, and whenever it is sent
// anything, what was asked of them so far.
import { workloadNamed } from '../workloads/workloads.ts';
import { openSubgraph, type Traffic } from './memo-server.ts';

const workload = workloadNamed(process.argv[2] ?? '');
const opened = await Promise.all(
  workload.subgraphs.map(async (source) => ({ name: source.name, ...(await openSubgraph(source)) })),
);
const total = (): Traffic =>
  opened
    .map(({ traffic }) => traffic())
    .reduce((a, b) => ({
      requests: a.requests + b.requests,
      bytesIn: a.bytesIn + b.bytesIn,
      bytesOut: a.bytesOut + b.bytesOut,
    }));
process.on('message', () => process.send?.(total()));
process.on('disconnect', () => process.exit());
process.send?.(Object.fromEntries(opened.map(({ name, url }) => [name, url])));
