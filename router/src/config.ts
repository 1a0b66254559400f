import type { TrustedIssuer } from '@cartograph/runtime/access-token';
import {
  type Env,
  isProduction,
  readPort,
  readSecret,
  readText,
  readUrl,
  SettingError,
} from '@cartograph/runtime/settings';
import { readTracesUrl } from '@cartograph/runtime/tracing/open';
import { readReplicaUrls } from './subgraphs/replica-urls.ts';

export interface RouterConfig {
  readonly port: number;
  readonly host: string;
  /** Path of the composed supergraph; a change is taken up while running. */
  readonly supergraphFile: string;
  /** URLs that replace the routing URLs in the supergraph, by subgraph name; see `readReplicaUrls`. */
  readonly subgraphUrls: Readonly<Record<string, string>>;
  /** Signs what subgraphs are told about the caller. Absent in front of subgraphs that know no envelopes. */
  readonly envelopeSecret?: string;
  readonly issuers: readonly TrustedIssuer[];
  readonly production: boolean;
  /** Origins whose browsers may call; empty allows any in development and none in production. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: string;
  /** Where several routers share what they count and keep. */
  readonly redisUrl?: string;
  /** Who executes plans: our compiled functions, or Apollo's own gateway, to compare with or to fall back on. */
  readonly executor: 'compiled' | 'stock';
  /** Whether known operations pass by Apollo Server's pipeline; off only to compare. */
  readonly hotPath: boolean;
  /** The folder of the usage log; without it nothing is recorded. */
  readonly usageLog?: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
}

export function readConfig(env: Env, defaults: { readonly supergraphFile: string }): RouterConfig {
  return {
    port: readPort(env, 'PORT', 4000),
    host: readText(env, 'HOST', '127.0.0.1'),
    supergraphFile: readText(env, 'SUPERGRAPH', defaults.supergraphFile),
    subgraphUrls: readSubgraphUrls(env),
    ...(!isStandalone(env) && { envelopeSecret: readSecret(env, 'ENVELOPE_SECRET') }),
    issuers: readIssuers(env),
    production: isProduction(env),
    corsOrigins: readText(env, 'CORS_ORIGINS', ' ')
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
    logLevel: readText(env, 'LOG_LEVEL', 'info'),
    executor: readText(env, 'EXECUTOR', 'compiled') === 'stock' ? 'stock' : 'compiled',
    hotPath: readText(env, 'HOT_PATH', 'on') !== 'off',
    ...(env.REDIS_URL && { redisUrl: readUrl(env, 'REDIS_URL') }),
    ...(env.USAGE_LOG && { usageLog: env.USAGE_LOG }),
    tracesUrl: readTracesUrl(env),
  };
}

/** `SUBGRAPH_URLS=products=http://…/graphql,orders=http://…/graphql|http://…/graphql`, with "|" between replicas. */
function readSubgraphUrls(env: Env): Readonly<Record<string, string>> {
  const pairs = (env.SUBGRAPH_URLS ?? '')
    .split(',')
    .map((pair) => pair.trim())
    .filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', url = ''] = pair.split(/=(.*)/s);
      if (!name || !url)
        throw new SettingError('SUBGRAPH_URLS', 'must be a list like products=http://127.0.0.1:4001/graphql,orders=…');
      return [name, readReplicaUrls(name, url).join('|')];
    }),
  );
}

/** In front of a supergraph that is not ours: no envelopes, and no issuer of tokens but one that is named. */
const isStandalone = (env: Env): boolean => env.STANDALONE === 'on';

/** Our own issuer by `JWKS_URL`; a foreign one in addition by `EXTERNAL_ISSUER`, `EXTERNAL_JWKS_URL`, `EXTERNAL_AUDIENCE`. */
function readIssuers(env: Env): readonly TrustedIssuer[] {
  if (isStandalone(env) && !env.JWKS_URL && !env.EXTERNAL_ISSUER) return [];
  const own = { issuer: readText(env, 'TOKEN_ISSUER', 'cartograph'), jwksUrl: readUrl(env, 'JWKS_URL') };
  if (!env.EXTERNAL_ISSUER) return [own];
  return [
    own,
    {
      issuer: readText(env, 'EXTERNAL_ISSUER'),
      jwksUrl: readUrl(env, 'EXTERNAL_JWKS_URL'),
      audience: readText(env, 'EXTERNAL_AUDIENCE'),
    },
  ];
}
