import type { Connection, Exchange } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';

export interface SingleAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request outside all policies, such as a probe: its answer, or null when there is none in time. */
export function exchangeOnce(
  pool: ConnectionPool,
  { request, timeoutMs }: { readonly request: string; readonly timeoutMs: number },
): Promise<SingleAnswer | null> {
  return new Promise((resolve) => {
    let connection: Connection | null = null;
    const done = (answer: SingleAnswer | null) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      connection?.destroy();
      done(null);
    }, timeoutMs).unref();
    const exchange: Exchange = {
      connected: (carrier) => carrier.write(request),
      sent: () => {},
      answered: (status, text) => done({ status, text }),
      failed: () => done(null),
    };
    connection = pool.carry(exchange, performance.now());
  });
}
