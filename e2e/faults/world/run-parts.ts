// Some of the system's parts in a process of their own: `run-parts.ts orders:12021 products:12022`.
import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal, type Server } from '@cartograph/runtime/run-until-signal';
import { readSecrets } from '../../../scripts/secrets.ts';
import {
  DEFAULT_BASE_PORT,
  dataFolder,
  portsFrom,
  routerSettings,
  SUBGRAPHS,
  subgraphSettings,
} from '../../../scripts/settings.ts';
import { OPEN } from '../../../scripts/subgraphs.ts';

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
  return OPEN[subgraph].open({ ...subgraphSettings(subgraph, ports, databaseUrl, secrets, env), PORT });
}
