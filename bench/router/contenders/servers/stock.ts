// Stock @apollo/gateway on Apollo Server 5, on the server of Apollo's own that needs nothing else.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readArguments } from '../arguments.ts';

const { supergraphSdl, port } = readArguments();
const server = new ApolloServer({
  gateway: new ApolloGateway({ supergraphSdl }),
  csrfPrevention: true,
  introspection: false,
});
await startStandaloneServer(server, { listen: { port, host: '127.0.0.1' } });
