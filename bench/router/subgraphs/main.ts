// The subgraphs of one workload, in a process of their own. Tells its parent the URL of each.
import { workloadNamed } from '../workloads/workloads.ts';
import { openSubgraph } from './memo-server.ts';

const workload = workloadNamed(process.argv[2] ?? '');
const opened = await Promise.all(
  workload.subgraphs.map(async (source) => [source.name, (await openSubgraph(source)).url] as const),
);
process.on('disconnect', () => process.exit());
process.send?.(Object.fromEntries(opened));
