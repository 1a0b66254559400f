import type { IncomingHttpHeaders } from 'node:http';
import type { KnownOperation } from '../gateway/known-operations.ts';
import { operationSignature } from './signature.ts';
import type { UsageLog } from './usage-log.ts';

/** Letters that a client may use to name itself; anything else is not written down. */
const CLIENT = /^[\w.@/ +-]{1,100}$/;

export type RecordUsage = (operation: KnownOperation, headers: IncomingHttpHeaders) => void;

/** Counts every operation that is executed, by the client that names itself in the headers Apollo clients send. */
export function createUsageRecorder(log: UsageLog): RecordUsage {
  const signatures = new WeakMap<KnownOperation, string>();
  return (operation, headers) => {
    const header = (name: string) => {
      const value = headers[name];
      return typeof value === 'string' && CLIENT.test(value) ? value : null;
    };
    const signature = signatures.get(operation) ?? operationSignature(operation.document);
    signatures.set(operation, signature);
    log.record({
      signature,
      name: operation.compiled.name,
      client: {
        name: header('apollographql-client-name') ?? 'unknown client',
        version: header('apollographql-client-version'),
      },
    });
  };
}
