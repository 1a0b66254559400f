// Mercurius gateway on Fastify. It builds its schema from the subgraphs' SDL (Federation 1), not from the supergraph;
// which workload's is the word after its flags.
import mercuriusGateway from '@mercuriusjs/gateway';
import fastify, { type FastifyPluginAsync } from 'fastify';
import { GraphQLObjectType } from 'graphql';
import { federationOne } from '../../workloads/federation-one.ts';
import { WORKLOADS } from '../../workloads/workloads.ts';
import { readArguments } from '../arguments.ts';

// @mercuriusjs/gateway 5.2 writes a type where its name belongs in a document. graphql-js printed that by coercion until
// 16.15, which asks such a value for what a string can do. Without this no entity is ever fetched.
Object.defineProperties(GraphQLObjectType.prototype, {
  length: {
    get() {
      return this.name.length;
    },
  },
  includes: { value: () => true },
  split: {
    value() {
      return [this.name];
    },
  },
});

const { urls, port, flags } = readArguments();
const schemas = federationOne(WORKLOADS.find(({ name }) => flags.has(name))?.subgraphs ?? []);
const app = fastify();
const services = Object.entries(urls).map(([name, url]) => ({ name, url, schema: schemas[name], mandatory: true }));
// Its types describe an ES module with a default export; the package is the function itself.
const plugin = mercuriusGateway as unknown as FastifyPluginAsync<Record<string, unknown>>;
await app.register(plugin, { jit: 1, gateway: { services } });
await app.listen({ port, host: '127.0.0.1' });
