// Hive Gateway as its own command line builds it: the runtime behind node:http.
// `rust` takes its Rust planner's runtime, `shared` shares identical subgraph requests in flight (its default), `inbound`
// shares identical requests of clients too.
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { readArguments } from '../arguments.ts';

const { supergraphSdl, port, flags } = readArguments();
const gateway = createGatewayRuntime({
  supergraph: supergraphSdl,
  logging: false,
  graphiql: false,
  landingPage: false,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: flags.has('shared') } } },
  inboundInflightRequestDeduplication: flags.has('inbound'),
  ...(flags.has('rust') && { unifiedGraphHandler }),
});
createServer(gateway).listen(port, '127.0.0.1');
