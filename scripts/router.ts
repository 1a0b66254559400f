// `npm run router`: the router alone, in front of subgraphs that run elsewhere on this machine.
import { openRouter } from '@cartograph/router';
import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { readSecrets } from './secrets.ts';
import { DEFAULT_BASE_PORT, dataFolder, portsFrom, routerSettings } from './settings.ts';

const { PORT, ...env } = process.env;
const secrets = await readSecrets(dataFolder(env));
await runUntilSignal(() => {
  const settings = routerSettings(portsFrom(Number(process.env.BASE_PORT ?? DEFAULT_BASE_PORT)), secrets, env);
  return openRouter(PORT ? { ...settings, PORT } : settings);
}, createLogger('router'));
