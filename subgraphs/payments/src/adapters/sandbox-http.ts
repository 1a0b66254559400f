import { Unavailable } from '@cartograph/kernel/errors';
import { withDeadline } from '@cartograph/runtime/deadline';
import { Pool } from 'undici';

export interface SandboxAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The sandbox's error code; null for a success. */
  readonly code: string | null;
}

/** Requests with a deadline. No answer in time is `Unavailable`: the effect may or may not have happened. */
export function createSandboxHttp({
  url,
  apiKey,
  timeoutMs = 3_000,
}: {
  readonly url: string;
  readonly apiKey: string;
  readonly timeoutMs?: number;
}) {
  const pool = new Pool(new URL(url).origin, { connections: 32 });

  async function send(method: 'GET' | 'POST' | 'DELETE', path: string, headers: Record<string, string>, body?: string) {
    try {
      return await withDeadline(timeoutMs, async (signal) => {
        const response = await pool.request({
          method,
          path,
          headers: { authorization: `Bearer ${apiKey}`, ...headers },
          ...(body !== undefined && { body }),
          signal,
        });
        const text = await response.body.text();
        const answer: unknown = text ? JSON.parse(text) : null;
        return { status: response.statusCode, body: answer, code: codeOf(answer) };
      });
    } catch (cause) {
      throw new Unavailable('payment provider', { cause, timedOut: (cause as Error).name === 'TimeoutError' });
    }
  }

  return {
    get: (path: string): Promise<SandboxAnswer> => send('GET', path, {}),
    delete: (path: string): Promise<SandboxAnswer> => send('DELETE', path, {}),
    post: (path: string, key: string, body: object): Promise<SandboxAnswer> =>
      send('POST', path, { 'content-type': 'application/json', 'idempotency-key': key }, JSON.stringify(body)),
    // Whatever still hangs must not hold up the end of the process.
    close: (): Promise<void> => pool.destroy(),
  };
}

const codeOf = (answer: unknown): string | null =>
  (answer as { error?: { code?: string } } | null)?.error?.code ?? null;
