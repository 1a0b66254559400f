import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Some requests to one URL, over some connections that each wait for their answer. */
export interface Shot {
  readonly url: string;
  readonly body: string;
  readonly connections: number;
  readonly amount: number;
  /** Each request carries another number in its `extensions`: it means the same, and its text never comes again. */
  readonly varied: boolean;
}

export interface ShotResult {
  readonly requests: number;
  /** `refused` were answered with another status than 2xx. */
  readonly failures: Readonly<Record<'errors' | 'timeouts' | 'refused', number>>;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Load {
  fire(shot: Shot): Promise<ShotResult>;
  close(): void;
}

export function openLoad(): Load {
  const child = fork(fileURLToPath(new URL('./load-process.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  return {
    async fire(shot) {
      child.send(shot);
      const [{ result, error }] = (await once(child, 'message')) as [{ result?: ShotResult; error?: string }];
      if (!result) throw new Error(`the load failed: ${error}`);
      if (Object.values(result.failures).some((count) => count > 0))
        throw new Error(`requests to ${shot.url} failed: ${JSON.stringify(result.failures)}`);
      return result;
    },
    close: () => child.disconnect(),
  };
}
