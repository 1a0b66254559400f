// A process of its own that opens the whole shop, and prints the npm packages that are loaded: by default settings, and
// once a payments subgraph with Stripe is open besides.
import { Session } from 'node:inspector';
import { openPayments } from '@cartograph/payments';
import { portsFrom } from '../../scripts/settings.ts';
import { openTopology } from '../../scripts/topology.ts';

const session = new Session();
session.connect();
const scripts = new Set<string>();
session.on('Debugger.scriptParsed', ({ params }) => scripts.add(params.url));
// Tells of all that were loaded before, too, by whatever module system.
session.post('Debugger.enable');

const loaded = (): readonly string[] => [
  ...new Set(
    [...scripts].flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1] ?? []),
  ),
];

const topology = await openTopology({
  ports: portsFrom(Number(process.argv[2])),
  env: process.env,
  log: () => {},
  demo: true,
});
const idle = loaded();
const { payments } = topology.settings;
const withStripe = await openPayments({
  ...{ ...payments, PORT: '0', PAYMENT_PROVIDERS: 'stripe' },
  ...{ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' },
});
const busy = loaded();
await withStripe.close();
await topology.close();
process.stdout.write(JSON.stringify({ idle, busy }));
process.exit(0);
