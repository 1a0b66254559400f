import { fileURLToPath } from 'node:url';
import { openRouter } from '@cartograph/router';
import { connectionError } from '@cartograph/runtime/database/errors';
import { openDatabase } from '@cartograph/runtime/database/open';
import { ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import type { Subgraph } from '@cartograph/runtime/subgraph-server';
import { openSandbox } from './sandbox.ts';
import { readSecrets } from './secrets.ts';
import { dataFolder, type Ports, routerSettings, SUBGRAPHS, type SubgraphName, subgraphSettings } from './settings.ts';
import { type Log, OPEN } from './subgraphs.ts';

export interface TopologyOptions {
  readonly ports: Ports;
  readonly env: Env;
  readonly log: Log;
  /** Loads the demo catalogue, customers, rates and codes into a new shop. */
  readonly demo: boolean;
}

export interface Topology extends AsyncDisposable {
  /** The router's GraphQL URL. */
  readonly url: string;
  readonly settings: Readonly<Record<SubgraphName, Env>>;
  close(): Promise<void>;
}

/** The whole system in one process: database, sandbox providers, five subgraphs on ports of their own, router. */
export async function openTopology({ ports, env, log, demo }: TopologyOptions): Promise<Topology> {
  const closers: (() => Promise<void>)[] = [];
  // Last opened, first closed: nothing loses what it stands on.
  const close = async () => {
    for (let next = closers.pop(); next; next = closers.pop()) await next();
  };
  try {
    const secrets = await readSecrets(dataFolder(env));
    const root = fileURLToPath(ROOT);
    const database = await openDatabase({ root, env, subgraphs: SUBGRAPHS, log });
    closers.push(database.stop);
    const settings = Object.fromEntries(
      SUBGRAPHS.map((name) => [name, subgraphSettings(name, ports, database.urls[name], secrets, env)]),
    ) as Record<SubgraphName, Env>;
    /** A database that fails now is told as one that fails earlier. */
    const attempt = (name: SubgraphName, work: () => Promise<void>) =>
      work().catch((error) => {
        throw connectionError(error, database.urls[name]);
      });
    // Each fills tables of its own, and two of them mostly wait: for hashed passwords, for a file.
    if (demo) await Promise.all(SUBGRAPHS.map((name) => attempt(name, () => OPEN[name].seed(settings[name], log))));
    closers.push(await openSandbox(ports, secrets, env));
    const opened: Subgraph[] = [];
    // One by one: while the library of a provider is loaded, the others' database would not be heard.
    for (const name of SUBGRAPHS)
      await attempt(name, async () => {
        const subgraph = await OPEN[name].open(settings[name]);
        closers.push(() => subgraph.close());
        opened.push(subgraph);
      });
    // At once: what was left to do when they were last up needs them all.
    await Promise.all(opened.map((subgraph) => subgraph.listen()));
    const router = openRouter(routerSettings(ports, secrets, env));
    closers.push(() => router.close());
    return { url: await router.listen(), settings, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
