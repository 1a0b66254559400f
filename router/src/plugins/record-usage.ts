import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import type { RouterContext } from '../context.ts';
import { operationSignature } from '../usage/signature.ts';
import type { UsageLog } from '../usage/usage-log.ts';

/** Letters that a client may use to name itself; anything else is not written down. */
const CLIENT = /^[\w.@/ +-]{1,100}$/;

/** Counts every operation that was valid, by the client that names itself in the headers Apollo clients send. */
export function recordUsage(log: UsageLog): ApolloServerPlugin<RouterContext> {
  // Documents are parsed once and kept by the server, so each signature is made once.
  const signatures = new WeakMap<DocumentNode, string>();
  return {
    async requestDidStart({ request }) {
      const header = (name: string) => {
        const value = request.http?.headers.get(name);
        return value && CLIENT.test(value) ? value : null;
      };
      return {
        async didResolveOperation({ document, operationName }) {
          const signature = signatures.get(document) ?? operationSignature(document);
          signatures.set(document, signature);
          log.record({
            signature,
            name: operationName,
            client: {
              name: header('apollographql-client-name') ?? 'unknown client',
              version: header('apollographql-client-version'),
            },
          });
        },
      };
    },
  };
}
