// `npm run router`: the router alone, in front of subgraphs that run elsewhere: this checkout's five, or any supergraph's.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openRouter } from '@cartograph/router';
import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import type { Env } from '@cartograph/runtime/settings';
import { readSecrets } from './secrets.ts';
import { DEFAULT_BASE_PORT, dataFolder, portsFrom, routerSettings } from './settings.ts';

const { values } = parseArgs({
  options: { supergraph: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) {
  console.log(`npm run router [-- --supergraph FILE] [--port N]

  --supergraph FILE  any composed supergraph, with the subgraph URLs in it; they get no signed envelope.
                     Without it: schema/supergraph.graphql, in front of the five subgraphs on this machine
  --port N           where to listen (default ${DEFAULT_BASE_PORT}; 0 takes any)

Settings come from router/router.yaml and the environment; docs/router.md lists them.`);
  process.exit(0);
}

const { PORT: _base, ...env } = process.env;
const port = values.port ?? process.env.PORT;

async function settings(): Promise<Env> {
  if (values.supergraph)
    return {
      LOG_LEVEL: 'warn',
      ...env,
      STANDALONE: 'on',
      SUPERGRAPH: resolve(process.env.INIT_CWD ?? '.', values.supergraph),
    };
  const secrets = await readSecrets(dataFolder(env));
  return routerSettings(portsFrom(Number(process.env.BASE_PORT ?? DEFAULT_BASE_PORT)), secrets, env);
}

const own = await settings();
await runUntilSignal(() => openRouter(port ? { ...own, PORT: port } : own), createLogger('router'));
