import { Connection, type ConnectionOptions, type Exchange } from './connection.ts';

/** The connections to one replica, as many as there are calls at once. */
export class ConnectionPool {
  readonly #options: ConnectionOptions;
  readonly #open = new Set<Connection>();
  /** The last one used is the next one taken: the others grow old together and are closed. */
  readonly #idle: Connection[] = [];

  constructor(options: Omit<ConnectionOptions, 'idle' | 'gone'>) {
    this.#options = {
      ...options,
      idle: (connection) => {
        this.#idle.push(connection);
      },
      gone: (connection) => this.#forget(connection),
    };
  }

  /** Finds a connection for the exchange, or opens one. */
  carry(exchange: Exchange, now: number): Connection {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (now < idle.freshUntil) {
        idle.carry(exchange);
        return idle;
      }
      idle.destroy();
    }
    const connection = new Connection(this.#options, exchange);
    this.#open.add(connection);
    return connection;
  }

  close(): void {
    for (const connection of [...this.#open]) connection.destroy();
  }

  #forget(connection: Connection): void {
    this.#open.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
