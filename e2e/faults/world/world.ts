import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import { readSecrets } from '../../../scripts/secrets.ts';
import { portsFrom, SUBGRAPHS } from '../../../scripts/settings.ts';
import { freeBlock } from '../../src/process.ts';
import type { History } from '../history.ts';
import { createRandom } from '../random.ts';
import { until } from '../until.ts';
import { NO_TROUBLE, openCourier, type Trouble } from './courier.ts';
import {
  commonEnv,
  databaseEnv,
  type PlacedProcess,
  type ProcessPlan,
  place,
  portsNeeded,
  replicasOf,
} from './layout.ts';
import { type Link, openLink } from './link.ts';
import { openPart, type Part } from './part.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { createProviderFaults } from './provider-faults.ts';
import { openProviders } from './providers.ts';

export interface WorldOptions {
  readonly folder: string;
  readonly seed: number;
  readonly processes: readonly ProcessPlan[];
  readonly history: History;
  /** A shop's database; opened and closed with the world unless one is given. */
  readonly postgres?: Postgres;
}

type Keep = <T extends AsyncDisposable>(one: T) => T;

/** The system in processes of its own, and around it all that it depends on: database, providers, network, clocks. */
export async function openWorld(options: WorldOptions) {
  const { folder, seed, history } = options;
  const opened: AsyncDisposable[] = [];
  const keep: Keep = (one) => {
    opened.unshift(one);
    return one;
  };
  const dispose = async () => {
    for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
  };
  try {
    for (const name of ['logs', 'providers']) mkdirSync(join(folder, name), { recursive: true });
    const postgres = options.postgres ?? keep(await openPostgres(folder));
    const base = await freeBlock(portsNeeded(options.processes));
    const processes = place(options.processes, base);
    const outside = await openOutside(options, base, keep);
    const env = commonEnv(base, folder, processes, writeRouterSettings(folder));
    const links: Link[] = [];
    const link = async (name: string, targets: readonly number[], port?: number) => {
      links.push(keep(await openLink(name, targets, port)));
      return links.at(-1)?.port ?? 0;
    };
    // Where neighbours find each other: one address per subgraph, whoever is behind it.
    for (const name of SUBGRAPHS)
      await link(`to ${name}`, replicasOf(processes, name), portsFrom(base).subgraphs[name]);
    const parts: Part[] = [];
    for (const process of processes) {
      const names = SUBGRAPHS.filter((name) => process.parts.includes(name));
      const database = names.length > 0 ? await link(`${process.name} to its database`, [postgres.port]) : 0;
      const urls = await linkProviders(process, outside.urls, link);
      const own = { ...env, ...databaseEnv(postgres.urls, names, database), ...providerEnv(urls), ...process.env };
      parts.push(keep(openProcess(process, own, folder, history)));
    }
    await Promise.all(parts.map((part) => part.ready()));
    const url = `http://127.0.0.1:${base}/graphql`;
    await until(() => isReady(url), 120_000, 'the router to be ready');
    history.note('ready', { seed, processes: processes.map(({ name }) => name) });
    return { url, folder, history, postgres, parts, links, ...outside, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(new URL('/readyz', url)).catch(() => null);
  // A body that nobody reads keeps its connection.
  await response?.arrayBuffer();
  return response?.status === 200;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The providers, and those who carry their webhooks. */
async function openOutside({ folder, seed }: WorldOptions, base: number, keep: Keep) {
  const { subgraphs } = portsFrom(base);
  let trouble: Trouble = NO_TROUBLE;
  const courierTo = async (name: 'payments' | 'shipping' | 'customers') =>
    keep(
      await openCourier(
        `http://127.0.0.1:${subgraphs[name]}/webhooks/sandbox`,
        createRandom(seed, `webhooks to ${name}`),
        () => trouble,
      ),
    );
  const couriers = [await courierTo('payments'), await courierTo('shipping'), await courierTo('customers')] as const;
  const [payments, carrier, messages] = couriers.map(({ url }) => url) as [string, string, string];
  const providerFaults = createProviderFaults(createRandom(seed, 'provider'));
  const { sandbox } = await readSecrets(folder);
  const providers = keep(
    await openProviders({
      folder: join(folder, 'providers'),
      secret: sandbox,
      webhooks: { payments, carrier, messages },
      faults: providerFaults.faults,
    }),
  );
  const troubleWebhooks = (next: Trouble): void => {
    trouble = next;
  };
  return {
    urls: providers.urls,
    providerFaults,
    couriers,
    troubleWebhooks,
    calmWebhooks: () => troubleWebhooks(NO_TROUBLE),
  };
}

type ProviderUrls = Awaited<ReturnType<typeof openOutside>>['urls'];

const providerEnv = ({ payments, carrier, messages }: ProviderUrls) => ({
  PAYMENTS_SANDBOX_URL: payments,
  CARRIER_SANDBOX_URL: carrier,
  MESSAGES_SANDBOX_URL: messages,
});

/** A process reaches the providers over a network of its own. */
async function linkProviders(
  { name, parts }: PlacedProcess,
  urls: ProviderUrls,
  link: (name: string, targets: readonly number[]) => Promise<number>,
): Promise<ProviderUrls> {
  const through = async (what: keyof ProviderUrls) =>
    `http://127.0.0.1:${await link(`${name} to the ${what} provider`, [Number(new URL(urls[what]).port)])}`;
  return {
    payments: parts.includes('payments') ? await through('payments') : urls.payments,
    carrier: parts.includes('shipping') ? await through('carrier') : urls.carrier,
    messages: parts.includes('customers') ? await through('messages') : urls.messages,
  };
}

const SKEW = fileURLToPath(new URL('e2e/faults/world/clock-skew.mjs', ROOT));

function openProcess(process: PlacedProcess, env: Readonly<Record<string, string>>, folder: string, history: History) {
  const { name, placed, skewMs = 0, loader } = process;
  return openPart({
    name,
    script: 'e2e/faults/world/run-parts.ts',
    args: placed.map((part) => `${part.name}:${part.port}`),
    env: skewMs === 0 ? env : { ...env, CLOCK_SKEW_MS: String(skewMs) },
    imports: skewMs === 0 ? [] : [SKEW],
    loader,
    health: `http://127.0.0.1:${placed.at(-1)?.port}/healthz`,
    logFile: join(folder, 'logs', `${name}.log`),
    history,
  });
}

/** Buyers come by the hundred from one address here. */
function writeRouterSettings(folder: string): string {
  const file = join(folder, 'router.yaml');
  writeFileSync(file, 'rates:\n  enforced: false\n');
  return file;
}
