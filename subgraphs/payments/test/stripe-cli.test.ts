import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { listen } from '@cartograph/contract-server/listen';
import { describe, expect, it } from 'vitest';
import { openStripeDouble, STRIPE_KEY } from './stripe-double.ts';

const CLI = createRequire(import.meta.url).resolve('@stripe/cli/bin/shim.js');

/** Stripe's command line tool, in a home of its own. Whatever it wants from the world outside is noted, and refused. */
async function openCli(key = STRIPE_KEY) {
  const home = await mkdtemp(join(tmpdir(), 'cartograph-stripe-cli-'));
  const wanted: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    wanted.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  const { url, close } = await listen(proxy);
  const env = {
    ...{ HOME: home, XDG_CONFIG_HOME: home, HTTPS_PROXY: url, HTTP_PROXY: url },
    ...{ STRIPE_API_KEY: key, STRIPE_CLI_TELEMETRY_OPTOUT: '1' },
  };
  return {
    wanted,
    trigger: (event: string, apiBase: string) =>
      new Promise<{ isFine: boolean; output: string }>((done) => {
        const call = [CLI, 'trigger', event, '--api-base', apiBase];
        execFile(process.execPath, call, { env, timeout: 20_000 }, (error, stdout, stderr) =>
          done({ isFine: error === null, output: stdout + stderr }),
        );
      }),
    async [Symbol.asyncDispose]() {
      await close();
      await rm(home, { recursive: true });
    },
  };
}

/** What it is asked to bring about, and the event by which our double tells of it. */
const TRIGGERS = [
  ['payment_intent.created', 'payment_intent.created'],
  ['payment_intent.succeeded', 'payment_intent.succeeded'],
  ['payment_intent.payment_failed', 'payment_intent.payment_failed'],
  ['payment_intent.canceled', 'payment_intent.canceled'],
  ['payment_intent.amount_capturable_updated', 'payment_intent.amount_capturable_updated'],
  ['payment_intent.requires_action', 'payment_intent.requires_action'],
  ['charge.captured', 'payment_intent.succeeded'],
  ['charge.failed', 'payment_intent.payment_failed'],
  ['charge.refunded', 'charge.refunded'],
];

/** A second client that knows nothing of ours. The double fails on whatever either says that is not in the contract. */
describe.runIf(hasContracts())('Stripe’s own command line tool', () => {
  it.each(TRIGGERS)('brings about %s at the double', async (trigger, event) => {
    await using cli = await openCli();
    await using double = await openStripeDouble();
    const { isFine, output } = await cli.trigger(trigger, double.server.url);
    expect({ isFine, output }).toEqual({ isFine: true, output: expect.stringContaining('Trigger succeeded!') });
    expect(double.webhooks.waiting.map(({ body }) => JSON.parse(body).type)).toContain(event);
    // It asks for its newest version, whatever it is told, and for nothing else.
    expect(cli.wanted.filter((host) => host !== 'api.github.com:443')).toEqual([]);
  });

  it('hears of a key that the double does not know', async () => {
    await using cli = await openCli('sk_test_another');
    await using double = await openStripeDouble();
    const { isFine, output } = await cli.trigger('payment_intent.created', double.server.url);
    expect({ isFine, output }).toEqual({ isFine: false, output: expect.stringContaining('Invalid API Key') });
    expect(double.books.intents.size).toBe(0);
  });
});
