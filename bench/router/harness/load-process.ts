// Sends the load, in a process of its own: one shot after the other, as its parent says.
import autocannon from 'autocannon';
import type { Shot, ShotResult } from './load.ts';
import { percentile } from './statistics.ts';

const TIMEOUT_SECONDS = 300;

async function fire({ url, body, connections, amount, varied }: Shot): Promise<ShotResult> {
  const latencies: number[] = [];
  const started = performance.now();
  const instance = autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
    connections,
    timeout: TIMEOUT_SECONDS,
    amount,
    ...(varied && { requests: [{ setupRequest: (request) => ({ ...request, body: another(body) }) }] }),
  });
  // autocannon's own histogram keeps whole milliseconds.
  let ended = started;
  instance.on('response', (_client, _status, _bytes, milliseconds) => {
    latencies.push(milliseconds);
    ended = performance.now();
  });
  const result = await instance;
  latencies.sort((a, b) => a - b);
  return {
    requests: result['2xx'],
    failures: { errors: result.errors, timeouts: result.timeouts, refused: result.non2xx },
    seconds: (ended - started) / 1000,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

let number = 0;

const another = (body: string) => `${body.slice(0, -1)},"extensions":{"number":${number++}}}`;

process.on('message', (shot: Shot) => {
  fire(shot).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
