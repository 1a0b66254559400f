import { withoutRequest } from './current-request.ts';
import type { Logger } from './logger.ts';

/** Work on a schedule. Runs never overlap; `kick` asks for a run now. */
export interface Job {
  start(): void;
  kick(): void;
  stop(): Promise<void>;
}

/** `work` must be safe at once on several processes. An error is logged and the next run comes as planned. */
export function createJob(name: string, everyMs: number, work: () => Promise<void>, logger: Logger): Job {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = true;

  async function run() {
    do {
      again = false;
      try {
        await work();
      } catch (error) {
        if (!stopped) logger.error({ err: error, job: name }, 'job failed');
      }
    } while (again && !stopped);
    running = undefined;
    if (!stopped) timer = setTimeout(begin, everyMs).unref();
  }
  function begin() {
    clearTimeout(timer);
    running = withoutRequest(run);
  }
  return {
    start() {
      if (!stopped) return;
      stopped = false;
      begin();
    },
    kick() {
      if (stopped) return;
      if (running) again = true;
      else begin();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
