import { portsFrom, SUBGRAPHS, type SubgraphName } from '../../../scripts/settings.ts';

export type PartName = SubgraphName | 'router';

/** One process of the system. */
export interface ProcessPlan {
  readonly parts: readonly PartName[];
  /** How wrong its clock is. */
  readonly skewMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A loader that changes its sources. */
  readonly loader?: string;
}

export interface PlacedPart {
  readonly name: PartName;
  readonly port: number;
}

export interface PlacedProcess extends ProcessPlan {
  /** Such as `orders-2`. */
  readonly name: string;
  readonly placed: readonly PlacedPart[];
}

/** The router has the base port, and the five after it are where neighbours find the subgraphs. */
const FIRST_OWN_PORT = 6;

export const portsNeeded = (plans: readonly ProcessPlan[]): number =>
  FIRST_OWN_PORT + plans.flatMap(({ parts }) => parts).length;

/** Gives every part of every process its port. */
export function place(plans: readonly ProcessPlan[], base: number): readonly PlacedProcess[] {
  let next = base + FIRST_OWN_PORT;
  const seen = new Map<string, number>();
  return plans.map((plan) => {
    const kind = plan.parts.length === 1 ? (plan.parts[0] as string) : 'shop';
    const number = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, number);
    const placed = plan.parts.map((name) => ({ name, port: name === 'router' ? base : next++ }));
    return { ...plan, name: `${kind}-${number}`, placed };
  });
}

export const replicasOf = (processes: readonly PlacedProcess[], name: SubgraphName): number[] =>
  processes.flatMap(({ placed }) => placed.filter((part) => part.name === name).map(({ port }) => port));

/** What all processes are told: where everything is, and a buyer's patience that fits into a test. */
export function commonEnv(base: number, folder: string, processes: readonly PlacedProcess[], routerSettings: string) {
  const urls = SUBGRAPHS.map((name) => {
    const replicas = replicasOf(processes, name).map((port) => `http://127.0.0.1:${port}/graphql`);
    return `${name}=${replicas.join('|')}`;
  });
  return {
    BASE_PORT: String(base),
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
    ROUTER_SETTINGS: routerSettings,
    ROUTER_URLS: `http://127.0.0.1:${portsFrom(base).router}`,
    SUBGRAPH_URLS: urls.join(','),
    HOLD_SWEEP_MS: '1000',
    PAYMENT_ACTION_SECONDS: '8',
    EDIT_PAYMENT_SECONDS: '12',
    // Staff sign in once for a run of hours.
    ACCESS_TOKEN_SECONDS: '86400',
  };
}

/** A subgraph's database as it is reached over another port. */
export function databaseEnv(
  urls: Readonly<Record<SubgraphName, string>>,
  names: readonly SubgraphName[],
  port: number,
): Record<string, string> {
  const entries = names.map((name) => {
    const url = new URL(urls[name]);
    url.port = String(port);
    return [`DATABASE_URL_${name.toUpperCase()}`, url.href];
  });
  return Object.fromEntries(entries);
}
