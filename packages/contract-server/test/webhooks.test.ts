import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { listen } from '../src/listen.ts';
import { createWebhooks } from '../src/webhooks.ts';

it('webhooks come when a test says so: late, twice, in another order, or never', async () => {
  const came: string[] = [];
  const receiver = await listen(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      came.push(`${request.headers.signature} ${body}`);
      response.writeHead(204).end();
    }),
  );
  const webhooks = createWebhooks(() => receiver.url);
  for (const body of ['1', '2']) webhooks.add({ body, headers: { signature: 's' } });
  expect(came).toEqual([]);
  expect(await webhooks.deliver({ order: (all) => all.reverse(), times: 2 })).toEqual([204, 204, 204, 204]);
  expect(came).toEqual(['s 2', 's 2', 's 1', 's 1']);
  webhooks.add({ body: '3', headers: {} });
  expect(webhooks.drop()).toBe(1);
  expect(await webhooks.deliver()).toEqual([]);
  await receiver.close();
});
