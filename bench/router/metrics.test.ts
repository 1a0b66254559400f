import { expect, test } from 'vitest';
import { shareOf } from './metrics.ts';

const node = (id: number, functionName: string, url = '', children: readonly number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

const nodes = [
  node(1, '(root)', '', [2, 3, 4]),
  node(2, '(idle)'),
  node(3, '(garbage collector)'),
  node(4, 'execute', 'file:///somewhere/router/src/gateway/execute.ts', [5]),
  node(5, 'ended', 'file:///somewhere/router/src/telemetry/request-meter.ts', [6]),
  node(6, 'set', 'node:internal/map'),
];

test('what telemetry calls is its own, and waiting is nobody’s', () => {
  const samples = [2, 4, 4, 3, 5, 6, 4, 4, 4, 4, 4];
  const share = shareOf({ nodes, samples, timeDeltas: samples.map(() => 1000) }, 1);
  expect(share).toEqual({ metrics: 0.2, garbage: 0.1 });
});

test('what came before the load is left out', () => {
  const samples = [5, 5, 5, 4, 5];
  expect(shareOf({ nodes, samples, timeDeltas: samples.map(() => 1000) }, 0.002)).toEqual({ metrics: 0.5, garbage: 0 });
});
