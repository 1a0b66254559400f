import { fork } from 'node:child_process';
import { codeOf } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { askSubgraph } from '@cartograph/runtime/testing/ask';
import type { FakeShop } from '../fake-shop.ts';
import type { Answer, Death, FromProcess, ToProcess } from './messages.ts';

const SOURCE = new URL('process.ts', import.meta.url);

/** A process of the shop that ends where it is told to; where many are started, of a `program` that starts faster. */
export async function startMortal(databaseUrl: string, neighbours: FakeShop, death: Death, program?: string) {
  const child = fork(program ?? SOURCE, [databaseUrl, JSON.stringify(death)], {
    execArgv: program === undefined ? ['--import', 'tsx'] : [],
    serialization: 'advanced',
  });
  const send = (message: ToProcess) => child.connected && child.send(message, () => {});
  const passed: string[] = [];
  const ports = neighbours.ports as unknown as Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>;
  let ended = false;
  let fault: Error | undefined;
  const end = new Promise<void>((resolve) =>
    child.once('exit', (code) => {
      ended = true;
      // Nobody killed it.
      if (code !== null) fault = new Error(`a process ended by itself with ${code}`);
      resolve();
    }),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', async (message: FromProcess) => {
      if ('url' in message) resolve(message.url);
      else if ('passed' in message) passed.push(message.passed);
      else {
        const { id, port, method, args } = message.call;
        // Once asked, a neighbour does it, also when whoever asked has ended meanwhile.
        const done = ports[port]?.[method]?.(...args) ?? Promise.reject(new Error(`no ${port}.${method}`));
        const answer = await done.then(
          (value): Answer => ({ id, value }),
          (error: Error): Answer => ({ id, error: { code: codeOf(error), message: error.message } }),
        );
        send({ answer });
      }
    });
    void end.then(() => reject(new Error('a process ended before it had started')));
  });
  return {
    as: (viewer: Viewer) => askSubgraph('orders', url, viewer),
    passed: (): readonly string[] => passed,
    ended() {
      if (fault) throw fault;
      return ended;
    },
    recover: () => send({ recover: true }),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill('SIGKILL');
      await end;
    },
  };
}

export type Mortal = Awaited<ReturnType<typeof startMortal>>;
