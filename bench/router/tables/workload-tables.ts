import type { Contender } from '../contenders/contender.ts';
import type { Sample } from '../harness/measure.ts';
import { CPU_AT, MEMORY_AT, type Measured } from '../harness/rounds.ts';
import { median, ratio } from '../harness/statistics.ts';
import type { Table } from './table.ts';

export interface WorkloadResult {
  readonly name: string;
  readonly about: string;
  readonly measured: readonly Measured[];
}

type Samples = readonly Sample[];

const at = (samples: Samples, connections: number, varied = false) =>
  samples.filter((one) => one.connections === connections && one.varied === varied);
const cpuOf = (samples: Samples, varied = false) => at(samples, CPU_AT, varied).map(({ cpuMs }) => cpuMs);
const medianOf = (samples: Samples, pick: (sample: Sample) => number) => median(samples.map(pick));
const of = ({ measured }: WorkloadResult, table: Contender['table']) =>
  measured.filter(({ contender }) => contender.table === table);

/** Whose cost the others are compared with; peers with those that do as they do. */
function yardsticks(result: WorkloadResult, table: Contender['table'], varied: boolean) {
  const samplesOf = (id: string) => result.measured.find(({ contender }) => contender.id === id)?.samples ?? [];
  const peers = of(result, table)
    .filter(({ contender }) => contender.kind === 'peer')
    .map(({ samples }) => cpuOf(samples, varied));
  const [peer = []] = peers.sort((a, b) => median(a) - median(b));
  const costOf = (id: string) => cpuOf(samplesOf(id), varied);
  return { stock: costOf('stock'), peer, handWritten: costOf('hand-written-once') };
}

/** CPU per request, and how it compares: stock and the best peer with it, and it with the server written by hand. */
export function cpuTable(result: WorkloadResult, table: Contender['table'], title: string, varied = false): Table {
  const { stock, peer, handWritten } = yardsticks(result, table, varied);
  return {
    title: `${title} (${result.name}: ${result.about}; ${CPU_AT} connections)`,
    columns: ['router', 'CPU ms', 'stock ÷ it', 'best peer ÷ it', 'it ÷ hand-written once', 'requests/s'],
    rows: of(result, table).map(({ contender, samples }) => {
      const cpu = cpuOf(samples, varied);
      const perSecond = medianOf(at(samples, CPU_AT, varied), (one) => one.perSecond);
      return [contender.label, median(cpu), ratio(stock, cpu), ratio(peer, cpu), ratio(cpu, handWritten), perSecond];
    }),
  };
}

/** The same where nothing can be found again by a request's text. */
export const variedTable = (result: WorkloadResult): Table =>
  cpuTable(result, 'main', 'CPU per request, each body another', true);

/** What is switched, against the same router without. */
export function overheadTable(result: WorkloadResult): Table {
  const plain = cpuOf(result.measured.find(({ contender }) => contender.id === 'ours')?.samples ?? []);
  return {
    title: `What a switch costs (${result.name}; ${CPU_AT} connections)`,
    columns: ['router', 'CPU ms', 'it ÷ as it is by default'],
    rows: of(result, 'overhead').map(({ contender, samples }) => {
      const cpu = cpuOf(samples);
      return [contender.label, median(cpu), ratio(cpu, plain)];
    }),
  };
}

export function latencyTable(result: WorkloadResult): Table {
  const first = result.measured[0]?.samples ?? [];
  const levels = [...new Set(first.map(({ connections }) => connections))].sort((a, b) => a - b);
  return {
    title: `Latency p50 / p99 ms, requests/s, CPU ms (${result.name})`,
    columns: ['router', ...levels.map((level) => `${level} connection${level === 1 ? '' : 's'}`)],
    rows: of(result, 'main').map(({ contender, samples }) => [
      contender.label,
      ...levels.map((level) => latencyCell(at(samples, level))),
    ]),
  };
}

function latencyCell(samples: Samples): string {
  const digits = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const [p50, p99, perSecond, cpu] = [
    medianOf(samples, (one) => one.p50),
    medianOf(samples, (one) => one.p99),
    medianOf(samples, (one) => one.perSecond),
    medianOf(samples, (one) => one.cpuMs),
  ] as const;
  return `${digits(p50)} / ${digits(p99)}, ${perSecond.toFixed(0)}/s, ${digits(cpu)}`;
}

/** Why costs differ: a plan with fewer fetches, and entities asked for once, are less work for everybody. */
export function trafficTable(result: WorkloadResult): Table {
  return {
    title: `What is asked of the subgraphs for one answer (${result.name})`,
    columns: ['router', 'requests', 'kB sent', 'kB received'],
    rows: of(result, 'main').map(({ contender, traffic: { requests, bytesIn, bytesOut } }) => [
      contender.label,
      requests,
      bytesIn / 1000,
      bytesOut / 1000,
    ]),
  };
}

export function memoryTable(results: readonly WorkloadResult[]): Table {
  const contenders = results[0] ? of(results[0], 'main').map(({ contender }) => contender) : [];
  const memory = (result: WorkloadResult, id: string, pick: 'pssMb' | 'rssMb') => {
    const samples = result.measured.find(({ contender }) => contender.id === id)?.samples ?? [];
    return median(at(samples, MEMORY_AT).map((one) => one.memory?.[pick] ?? Number.NaN));
  };
  return {
    title: `Memory under load, MB (${MEMORY_AT} connections)`,
    columns: ['router', ...results.flatMap(({ name }) => [`${name}: PSS`, `${name}: RSS`])],
    rows: contenders.map(({ id, label }) => [
      label,
      ...results.flatMap((result) => [memory(result, id, 'pssMb'), memory(result, id, 'rssMb')].map(Math.round)),
    ]),
  };
}
