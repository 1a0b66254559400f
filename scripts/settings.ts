import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import type { Secrets } from './secrets.ts';

export const SUBGRAPHS = ['products', 'orders', 'payments', 'shipping', 'customers'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** Where everything listens: the router at the base port, the subgraphs and sandbox providers right after it. */
export interface Ports {
  readonly router: number;
  readonly subgraphs: Readonly<Record<SubgraphName, number>>;
  readonly sandbox: { readonly payments: number; readonly carrier: number; readonly messages: number };
}

export const DEFAULT_BASE_PORT = 4000;

export function portsFrom(base: number): Ports {
  const [products, orders, payments, shipping, customers] = [1, 2, 3, 4, 5].map((offset) => base + offset) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    router: base,
    subgraphs: { products, orders, payments, shipping, customers },
    sandbox: { payments: base + 10, carrier: base + 11, messages: base + 12 },
  };
}

/** Above 1023, of those that browsers and `fetch` refuse to open: https://fetch.spec.whatwg.org/#port-blocking */
const BLOCKED = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/** The base port that somebody asked for. Throws when it is none, or a browser could not open what would listen there. */
export function basePort(asked: string): number {
  const base = Number(asked);
  if (!Number.isInteger(base) || base < 1 || base > 65_000)
    throw new Error('--port must be a whole number from 1 to 65000.');
  const { router, subgraphs, sandbox } = portsFrom(base);
  const blocked = [router, ...Object.values(subgraphs), ...Object.values(sandbox)].find((port) =>
    BLOCKED.includes(port),
  );
  if (blocked !== undefined)
    throw new Error(`With --port ${base}, port ${blocked} is used, which browsers refuse to open. Choose another.`);
  return base;
}

const at = (port: number, path = '') => `http://127.0.0.1:${port}${path}`;

/** Everything this checkout keeps: the embedded database, secrets, ledgers of the sandbox providers, sent mail. */
export const dataFolder = (env: Env): string => env.DATA_DIR ?? fileURLToPath(new URL('.cartograph', ROOT));

/** The settings of one subgraph on this machine. What the environment says wins. */
export function subgraphSettings(
  name: SubgraphName,
  ports: Ports,
  databaseUrl: string,
  secrets: Secrets,
  env: Env,
): Env {
  const urls = SUBGRAPHS.map((one) => [`${one.toUpperCase()}_URL`, at(ports.subgraphs[one], '/graphql')]);
  return {
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(urls),
    ROUTER_URLS: at(ports.router),
    ENVELOPE_SECRET: secrets.envelope,
    TOKEN_KEYS: JSON.stringify(secrets.tokens),
    TOKEN_ISSUER: 'cartograph',
    PAYMENTS_SANDBOX_URL: at(ports.sandbox.payments),
    PAYMENTS_SANDBOX_SECRET: secrets.sandbox,
    CARRIER_SANDBOX_URL: at(ports.sandbox.carrier),
    CARRIER_SANDBOX_SECRET: secrets.sandbox,
    MESSAGES_SANDBOX_URL: at(ports.sandbox.messages),
    MESSAGES_SANDBOX_SECRET: secrets.sandbox,
    ...env,
    // Of all subgraphs, so not for the environment to say.
    DATABASE_URL: databaseUrl,
    PORT: String(ports.subgraphs[name]),
  };
}

export function routerSettings(ports: Ports, secrets: Secrets, env: Env): Env {
  return {
    LOG_LEVEL: 'warn',
    ENVELOPE_SECRET: secrets.envelope,
    TOKEN_ISSUER: 'cartograph',
    JWKS_URL: at(ports.subgraphs.customers, '/.well-known/jwks.json'),
    USAGE_LOG: join(dataFolder(env), 'usage'),
    SUBGRAPH_URLS: SUBGRAPHS.map((one) => `${one}=${at(ports.subgraphs[one], '/graphql')}`).join(','),
    ...env,
    PORT: String(ports.router),
  };
}
