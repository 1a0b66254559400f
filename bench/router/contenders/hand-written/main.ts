// A server written by hand for just one workload's queries: what a router would cost if it were no router.
// `once` asks for each entity once per fetch.
import { workloadNamed } from '../../workloads/workloads.ts';
import { readArguments } from '../arguments.ts';
import { createGrowth } from './growth.ts';
import { createOverview } from './heavy.ts';
import { createShelf } from './light.ts';
import { serve } from './server.ts';

const { urls, port, flags } = readArguments();
const once = flags.has('once');
const text = (workload: string, operation: string) => workloadNamed(workload).requests[operation]?.query ?? '';

function operations() {
  if (flags.has('heavy')) return new Map([[text('heavy', 'Overview'), createOverview(urls, once)]]);
  if (flags.has('light')) return new Map([[text('light', 'Shelf'), createShelf(urls, once)]]);
  return createGrowth(urls);
}

serve(operations(), port);
