import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { expect, it, vi } from 'vitest';
import { askWithin } from './whole-answer.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
  return {
    server,
    ask: (path: string, withinMs: number) => askWithin(pool, { method: 'GET', path }, withinMs),
    async [Symbol.asyncDispose]() {
      await pool.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

it('gives the whole body, also of several chunks that cut a character, whatever the status', async () => {
  const bytes = Buffer.from('{"title":"Schuhgröße"}');
  const cut = bytes.indexOf('ö') + 1;
  await using test = await serve((_request, response) => {
    response.statusCode = 503;
    response.write(bytes.subarray(0, cut), () => response.end(bytes.subarray(cut)));
  });
  expect(await test.ask('/', 10_000)).toBe(bytes.toString());
});

it('gives up an answer that does not come, or does not end, and whoever would give it hears of that', async () => {
  const left = vi.fn();
  await using test = await serve((request, response) => {
    response.once('close', left);
    if (request.url === '/begins') response.write('{');
  });
  await expect(test.ask('/silent', 50)).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect(test.ask('/begins', 50)).rejects.toMatchObject({ name: 'TimeoutError' });
  await vi.waitFor(() => expect(left).toHaveBeenCalledTimes(2));
});

it('does not send what has waited too long for a connection', async () => {
  const asked: (string | undefined)[] = [];
  let answer = () => {};
  await using test = await serve((request, response) => {
    asked.push(request.url);
    answer = () => void response.end('first');
    if (request.url !== '/first') response.end('later');
  });
  const first = test.ask('/first', 10_000);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await expect(test.ask('/late', 20)).rejects.toMatchObject({ name: 'TimeoutError' });
  answer();
  expect(await first).toBe('first');
  expect(await test.ask('/next', 10_000)).toBe('later');
  expect(asked).toEqual(['/first', '/next']);
});

it('throws where nobody listens', async () => {
  await using test = await serve(() => {});
  await once(test.server.close(), 'close');
  await expect(test.ask('/', 10_000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
