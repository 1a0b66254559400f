import fastify, { type FastifyServerOptions } from 'fastify';

/**
 * A Fastify whose routes have no JSON schemas: what compiles those (ajv, fast-json-stringify) is not loaded, which would take
 * 75 ms of CPU of each start. It does not get ready when a route has one. Its open connections end when it closes.
 */
export function createHttpApp(options: FastifyServerOptions = {}) {
  const compilersFactory = { buildValidator: refuseSchemas, buildSerializer: refuseSchemas };
  return fastify({ forceCloseConnections: true, schemaController: { compilersFactory }, ...options });
}

function refuseSchemas(): never {
  throw new Error('Routes have no schemas here: check what a request holds in its handler.');
}
