import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { RouterContext } from './context.ts';
import type { Mask } from './gateway/execute.ts';
import type { Gateway, GatewayContext } from './gateway/gateway.ts';
import { knownOperation } from './plugins/known-operation.ts';

export interface ApolloFaceOptions {
  readonly mask: Mask;
  readonly production: boolean;
  readonly plugins: readonly ApolloServerPlugin<RouterContext>[];
}

/** The public face: parses, validates, resolves persisted documents, shows the sandbox, and decides over every refusal. */
export const createApolloFace = (gateway: Gateway, { mask, production, plugins }: ApolloFaceOptions) =>
  new ApolloServer<GatewayContext>({
    gateway,
    formatError: mask,
    includeStacktraceInErrorResponses: false,
    // What strangers may read of the schema is decided by who they are: limits/validation-answer.ts.
    introspection: true,
    stopOnTerminationSignals: false,
    // Judged by http/admission.ts, before anything is read.
    csrfPrevention: false,
    maxRecursiveSelections: true,
    // Resolved by operations/persisted.ts, before anything is parsed.
    persistedQueries: false,
    plugins: [
      knownOperation,
      ...plugins,
      ApolloServerPluginUsageReportingDisabled(),
      production
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false }),
    ],
  });
