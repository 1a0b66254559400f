// `npm run subgraph -- orders`: one subgraph alone, with this checkout's database and secrets.
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@cartograph/runtime/database/open';
import { createLogger } from '@cartograph/runtime/logger';
import { runUntilSignal } from '@cartograph/runtime/run-until-signal';
import { ROOT } from '@cartograph/runtime/sdl';
import { readSecrets } from './secrets.ts';
import {
  DEFAULT_BASE_PORT,
  dataFolder,
  portsFrom,
  SUBGRAPHS,
  type SubgraphName,
  subgraphSettings,
} from './settings.ts';
import { OPEN } from './subgraphs.ts';

const name = SUBGRAPHS.find((one) => one === process.argv[2]);
if (!name) {
  console.error(`Say which: npm run subgraph -- ${SUBGRAPHS.join(' | ')}`);
  process.exit(2);
}

await runUntilSignal(() => openAlone(name), createLogger(name));

async function openAlone(name: SubgraphName) {
  const { PORT, ...env } = process.env;
  const database = await openDatabase({ root: fileURLToPath(ROOT), env, subgraphs: [name] });
  const ports = portsFrom(Number(process.env.BASE_PORT ?? DEFAULT_BASE_PORT));
  const settings = subgraphSettings(name, ports, database.urls[name], await readSecrets(dataFolder(env)), env);
  const subgraph = await OPEN[name].open(PORT ? { ...settings, PORT } : settings);
  return {
    name,
    listen: () => subgraph.listen(),
    close: async () => {
      await subgraph.close();
      await database.stop();
    },
  };
}
