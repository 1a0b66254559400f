import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Some requests to one URL, over some connections that each wait for their answer. */
export interface Shot {
  readonly url: string;
  readonly body: string;
  readonly connections: number;
  readonly amount: number;
}

export interface ShotResult {
  readonly requests: number;
  readonly failed: number;
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
      if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests + result.failed} requests failed`);
      return result;
    },
    close: () => child.disconnect(),
  };
}
