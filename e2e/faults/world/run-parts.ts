// Some of the system's parts in a process of their own: `run-parts.ts orders:12021 products:12022`.
import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import type { Env } from '@cartograph/runtime/settings';
import { readSecrets } from '../../../scripts/secrets.ts';
import {
  DEFAULT_BASE_PORT,
  dataFolder,
  portsFrom,
  routerSettings,
  SUBGRAPHS,
  type SubgraphName,
  subgraphSettings,
} from '../../../scripts/settings.ts';

interface Server {
  readonly name: string;
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** Loaded only when asked for, because a killed process should be back soon. */
const OPEN: Readonly<Record<SubgraphName, (env: Env) => Promise<Server>>> = {
  products: async (env) => (await import('@cartograph/products')).openProducts(env),
  orders: async (env) => (await import('@cartograph/orders')).openOrders(env),
  payments: async (env) => (await import('@cartograph/payments')).openPayments(env),
  shipping: async (env) => (await import('@cartograph/shipping')).openShipping(env),
  customers: async (env) => (await import('@cartograph/customers')).openCustomers(env),
};

const { env } = process;
const wanted = process.argv.slice(2).map((argument) => argument.split(':') as [string, string]);

await runUntilSignal(async () => {
  const servers = await Promise.all(wanted.map(([name, port]) => openOne(name, port)));
  return {
    name: servers.map(({ name }) => name).join(' '),
    listen: async () => (await Promise.all(servers.map((server) => server.listen()))).join(' '),
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}, createLogger('parts'));

async function openOne(name: string, PORT: string): Promise<Server> {
  const ports = portsFrom(Number(env.BASE_PORT ?? DEFAULT_BASE_PORT));
  const secrets = await readSecrets(dataFolder(env));
  if (name === 'router') {
    const { openRouter } = await import('@cartograph/router');
    return openRouter({ ...routerSettings(ports, secrets, env), PORT });
  }
  const subgraph = SUBGRAPHS.find((one) => one === name);
  if (!subgraph) throw new Error(`"${name}" is no part of the system.`);
  const databaseUrl = env[`DATABASE_URL_${subgraph.toUpperCase()}`] ?? '';
  return OPEN[subgraph]({ ...subgraphSettings(subgraph, ports, databaseUrl, secrets, env), PORT });
}
