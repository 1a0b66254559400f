// `npm start`: everything in one process, on the embedded database unless DATABASE_URL names another.
import { parseArgs } from 'node:util';
import { isProduction } from '@cartograph/runtime/settings';
import { banner } from './banner.ts';
import { generate } from './generate.ts';
import { basePort, DEFAULT_BASE_PORT, portsFrom } from './settings.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    'no-demo': { type: 'boolean' },
    compose: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  console.log(`npm start [-- --port N] [--no-demo]

  --port N    the router's port (default ${DEFAULT_BASE_PORT}); subgraphs take N+1 to N+5, sandbox providers N+10 to N+12
  --no-demo   an empty shop: no demo catalogue, customers, rates or codes
  --compose   composes schema/supergraph.graphql first, as "npm run dev" does

Settings come from the environment; DATABASE_URL switches to your own PostgreSQL. README.md lists them.`);
  process.exit(0);
}

const started = performance.now();
try {
  const base = basePort(values.port ?? process.env.PORT ?? String(DEFAULT_BASE_PORT));
  // Loaded only when asked for: the composer is large.
  if (values.compose) (await import('./compose.ts')).composeToFile();
  await generate();
  // Imported only now: it needs what was just generated.
  const { openTopology } = await import('./topology.ts');
  const { PORT: _base, ...env } = process.env;
  // Known passwords have no place in a production database.
  const demo = !values['no-demo'] && !isProduction(env);
  const topology = await openTopology({
    ports: portsFrom(base),
    env,
    log: (message) => console.log(message),
    demo,
  });
  console.log(banner({ url: topology.url, seconds: (performance.now() - started) / 1000, demo, env }));

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nstopping');
    await topology.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  console.error((error as Error).message);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  process.exit(1);
}
