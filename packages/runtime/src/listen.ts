import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  readonly name: string;
  readonly port: number;
  readonly host: string;
  /** Where the port is set, for whoever reads that it is taken. */
  readonly setting?: string;
}

/** Listens, and gives the origin. A taken port is said in words. */
export async function listenOn(
  app: FastifyInstance,
  { name, port, host, setting = 'PORT' }: ListenOptions,
): Promise<string> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} for ${name} is in use. Stop what listens there, or set ${setting} to a free port (0 takes any).`,
      { cause: error },
    );
  }
  const { port: bound } = app.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}
