import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ROOT } from '@cartograph/runtime/sdl';
import { expect, it } from 'vitest';
import { openWebhooks } from './open-webhooks.ts';

/** The receiver that docs/webhooks.md shows, but on a free port that it tells. */
function exampleReceiver(): string {
  const page = readFileSync(new URL('docs/webhooks.md', ROOT), 'utf8');
  const [, code = ''] = /```js\n(import \{ createServer \}[\s\S]*?)```/.exec(page) ?? [];
  const [before, after, ...others] = code.split('}).listen(3000);');
  if (before === undefined || after === undefined || others.length > 0) throw new Error('docs/webhooks.md has changed');
  return `${before}}).listen(0, '127.0.0.1', function () { console.log('at', this.address().port); });${after}`;
}

async function startReceiver(secret: string) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', exampleReceiver()], {
    cwd: new URL('subgraphs/orders/', ROOT),
    env: { ...process.env, WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => (await lines.next()).value ?? '';
  const port = /at (\d+)/.exec(await line())?.[1];
  return {
    url: `http://127.0.0.1:${port}/`,
    /** The next that it has taken. */
    line,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

it('the receiver of the documentation takes what is signed with its secret, and nothing else', async () => {
  await using test = await openWebhooks();
  const { id, secret } = await test.endpoint('http://127.0.0.1:9/');
  await using receiver = await startReceiver(secret);
  await test.db.pool.query('UPDATE webhook_endpoint SET url = $2 WHERE id = $1', [id, receiver.url]);
  await test.ask('test', { id });
  expect(await test.sendDue()).toBe(1);
  expect(await test.deliveries()).toMatchObject([{ status: 'DELIVERED', lastStatusCode: 204 }]);
  expect(await receiver.line()).toContain('webhook.test');

  const forged = { 'webhook-id': 'WebhookEvent:1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
  const headers = { ...forged, 'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=' };
  expect((await fetch(receiver.url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
});
