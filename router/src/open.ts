import { fileURLToPath } from 'node:url';
import { createTokenVerifier } from '@cartograph/runtime/access-token';
import { createLogger } from '@cartograph/runtime/logger';
import { ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import { readConfig } from './config.ts';
import { createRouter, type Router } from './router.ts';
import { readSettings } from './settings/settings-file.ts';

/** The router with the world attached. Throws on the first missing setting, before anything listens. */
export function openRouter(env: Env): Router {
  const config = readConfig(env, { supergraphFile: fileURLToPath(new URL('schema/supergraph.graphql', ROOT)) });
  const logger = createLogger('router', config.logLevel);
  return createRouter(config, readSettings(env), { verifyToken: createTokenVerifier(config.issuers), logger });
}
