import type { Family } from './metric-family.ts';
import type { ProcessState } from './process-meter.ts';

const gauge = (name: string, help: string, samples: Family['samples']): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});
const counter = (name: string, help: string, samples: Family['samples']): Family => ({
  name,
  help,
  type: 'counter',
  samples,
});

/** What Prometheus is told of the process, under the names that dashboards for Node know. */
export function processFamilies(state: () => ProcessState): readonly Family[] {
  return [
    counter('process_cpu_user_seconds_total', 'CPU time of our own code.', () => [{ value: state().cpu.user }]),
    counter('process_cpu_system_seconds_total', 'CPU time of the kernel on our behalf.', () => [
      { value: state().cpu.system },
    ]),
    counter('process_cpu_seconds_total', 'Both together.', () => [{ value: state().cpu.user + state().cpu.system }]),
    gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => [
      { value: Math.round(Date.now() / 1_000 - process.uptime()) },
    ]),
    gauge('process_resident_memory_bytes', 'Memory that the process has.', () => [{ value: state().memory.rss }]),
    gauge('nodejs_heap_size_total_bytes', 'Heap that V8 has taken.', () => [{ value: state().memory.heapTotal }]),
    gauge('nodejs_heap_size_used_bytes', 'Heap that objects take.', () => [{ value: state().memory.heapUsed }]),
    gauge('nodejs_external_memory_bytes', 'Memory outside of the heap that objects hold.', () => [
      { value: state().memory.external },
    ]),
    gauge(
      'nodejs_eventloop_lag_p50_seconds',
      'By how much timers were late since the last reading: half of them.',
      () => [{ value: state().eventLoopLag.p50 }],
    ),
    gauge('nodejs_eventloop_lag_p99_seconds', 'The same: all but one in a hundred.', () => [
      { value: state().eventLoopLag.p99 },
    ]),
    gauge('nodejs_eventloop_lag_max_seconds', 'The same: the worst.', () => [{ value: state().eventLoopLag.max }]),
    gauge('nodejs_eventloop_utilization', 'Share of time since the last reading with something to do.', () => [
      { value: state().eventLoopUtilization },
    ]),
    {
      name: 'nodejs_gc_duration_seconds',
      help: 'Garbage collections by kind (major, minor, incremental, weakcb).',
      type: 'summary',
      samples: () =>
        [...state().gc].flatMap(([kind, { count, seconds }]) => [
          { metricName: 'nodejs_gc_duration_seconds_sum', labels: { kind }, value: seconds },
          { metricName: 'nodejs_gc_duration_seconds_count', labels: { kind }, value: count },
        ]),
    },
    gauge('nodejs_version_info', 'The version of Node.', () => [{ labels: { version: process.version }, value: 1 }]),
  ];
}
