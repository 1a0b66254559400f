import type { Logger } from './logger.ts';

export interface Server {
  readonly name: string;
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** The whole life of one process: listens, and on SIGINT or SIGTERM answers what is under way and closes. */
export async function runUntilSignal(open: () => Server | Promise<Server>, logger: Logger): Promise<void> {
  try {
    const server = await open();
    const url = await server.listen();
    logger.info({ url }, `${server.name} listens`);
    const stop = () => {
      server.close().then(
        () => process.exit(0),
        (error) => {
          logger.error({ err: error }, 'did not close cleanly');
          process.exit(1);
        },
      );
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    // Whoever starts this reads a sentence, not a stack; the stack is a log level away.
    logger.debug({ err: error }, 'start failed');
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
