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

const at = (samples: Samples, connections: number) => samples.filter((one) => one.connections === connections);
const cpuOf = (samples: Samples, connections = CPU_AT) => at(samples, connections).map(({ cpuMs }) => cpuMs);
const medianOf = (samples: Samples, pick: (sample: Sample) => number) => median(samples.map(pick));
const of = ({ measured }: WorkloadResult, table: Contender['table']) =>
  measured.filter(({ contender }) => contender.table === table);

/** Whose cost the others are compared with. */
function yardsticks({ measured }: WorkloadResult) {
  const cpuBy = (id: string) => cpuOf(measured.find(({ contender }) => contender.id === id)?.samples ?? []);
  const peers = measured.filter(({ contender }) => contender.kind === 'peer' && contender.table === 'main');
  const best = [...peers].sort((a, b) => median(cpuOf(a.samples)) - median(cpuOf(b.samples)))[0];
  return { stock: cpuBy('stock'), peer: cpuOf(best?.samples ?? []), handWritten: cpuBy('hand-written-once') };
}

/** CPU per request, and how it compares: with stock and the best peer as they to us, with hand-written as we to it. */
export function cpuTable(result: WorkloadResult, table: Contender['table'], title: string): Table {
  const { stock, peer, handWritten } = yardsticks(result);
  return {
    title: `${title} (${result.name}: ${result.about}; ${CPU_AT} connections)`,
    columns: ['router', 'CPU ms', 'stock ÷ it', 'best peer ÷ it', 'it ÷ hand-written once', 'requests/s'],
    rows: of(result, table).map(({ contender, samples }) => {
      const cpu = cpuOf(samples);
      const perSecond = medianOf(at(samples, CPU_AT), (one) => one.perSecond);
      return [contender.label, median(cpu), ratio(stock, cpu), ratio(peer, cpu), ratio(cpu, handWritten), perSecond];
    }),
  };
}

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
