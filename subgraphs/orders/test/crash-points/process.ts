import { CodedError } from '@cartograph/kernel/errors';
import { connect } from '@cartograph/runtime/database/connect';
import type { FakeShop } from '../fake-shop.ts';
import { openShop } from '../open-shop.ts';
import type { Answer, Death, FromProcess, ToProcess } from './messages.ts';

/**
 * The orders subgraph as a process of its own, which ends itself by SIGKILL at one of the points that it passes. Its
 * tables are real; its neighbours live in the process that started it, and go on when this one ends.
 */
const [url = '', given = '{}'] = process.argv.slice(2);
const death = JSON.parse(given) as Death;
const tell = (message: FromProcess) => process.send?.(message);

const passed = new Map<string, number>();
let points = 0;
function point(name: string): void {
  const nth = (passed.get(name) ?? 0) + 1;
  passed.set(name, nth);
  points += 1;
  if (death.at === `${name} #${nth}` || death.after === points) {
    process.kill(process.pid, 'SIGKILL');
    // The signal may reach another thread first: nothing more happens on this one.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  tell({ passed: `${name} #${nth}` });
}

let asked = 0;
const waiting = new Map<number, (answer: Answer) => void>();
/** Calls a neighbour, where the process that started this one keeps them. */
async function call(port: string, method: string, args: readonly unknown[]): Promise<unknown> {
  const id = ++asked;
  const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
  tell({ call: { id, port, method, args } });
  const { value, error } = await answer;
  if (error) throw error.code ? new CodedError(error.code, error.message) : new Error(error.message);
  return value;
}

/** What follows the buyer's answer has its points here: no saga drives it. */
const TAIL = ['payments.capture', 'payments.release', 'messages.send'];
const portOf = (port: string) =>
  new Proxy(
    {},
    {
      get:
        (_target, method: string) =>
        async (...args: readonly unknown[]) => {
          const inTail = TAIL.includes(`${port}.${method}`);
          if (inTail) point(`${port}.${method} before`);
          const value = await call(port, method, args);
          if (inTail) point(`${port}.${method} after`);
          return value;
        },
    },
  );
const PORTS = ['products', 'stock', 'shipping', 'fulfilment', 'customers', 'messages', 'payments'];
const neighbours = { ports: Object.fromEntries(PORTS.map((port) => [port, portOf(port)])) } as unknown as FakeShop;

const db = connect(url, { name: 'orders mortal' });
const shop = await openShop(db, neighbours, {
  probe: ({ saga, step, at }) => point(`${saga} ${step} ${at}`),
  checkout: { deadlineMs: 3_000 },
});

process.on('message', async (message: ToProcess) => {
  if ('answer' in message) {
    waiting.get(message.answer.id)?.(message.answer);
    waiting.delete(message.answer.id);
    return;
  }
  // As a job that fails: it is asked for again.
  await shop.operations.recoverSagas().catch(() => {});
});
// Ends with the process that started it.
process.on('disconnect', () => process.exit());
tell({ url: shop.url });
