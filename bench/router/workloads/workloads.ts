import { growth } from './growth.ts';
import { heavy } from './heavy.ts';
import { light } from './light.ts';
import type { Workload } from './workload.ts';

export const WORKLOADS: readonly Workload[] = [heavy, light, growth];

export function workloadNamed(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (!found) throw new Error(`no workload ${name}; there are ${WORKLOADS.map((one) => one.name).join(', ')}`);
  return found;
}
