import { Pool } from 'undici';
import { lostConnection, NoAnswer, type ProviderCalls, readRetryAfter } from './calls.ts';
import type { UsagePlan } from './usage-plan.ts';

export interface ProviderAnswer {
  readonly status: number;
  /** The JSON; a text where it is none; null for none. */
  // biome-ignore lint/suspicious/noExplicitAny: each adapter knows its provider's answers.
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a `URLSearchParams` as a form. */
  readonly body?: object;
  /** Whether a second one has no second effect. Questions say yes, and whatever has a key that the provider honours. */
  readonly mayRepeat: boolean;
  /** How often this may be asked, where the provider says so. */
  readonly plan?: UsagePlan;
}

export interface ProviderHttp {
  /** An answer, whatever it says. A 429 or 5xx is none, and throws `Unavailable` when it stays so. */
  send(request: ProviderRequest): Promise<ProviderAnswer>;
  close(): Promise<void>;
}

/** HTTP to a provider without a client library of its own. `baseUrl` may have a path, which all paths follow. */
export function createProviderHttp({
  baseUrl,
  calls,
  headers: always = async () => ({}),
  refused = async () => {},
  isRefused = ({ status }) => status === 401,
}: {
  readonly baseUrl: string;
  readonly calls: ProviderCalls;
  /** Asked for each attempt, such as for an access token. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  /** Told of a 401, after which a question is asked once more: the token may have ended early. */
  readonly refused?: () => Promise<void>;
  /** For a provider that says so with something else than a 401. */
  readonly isRefused?: (answer: ProviderAnswer) => boolean;
}): ProviderHttp {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, { connections: 32 });

  async function attempt(request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    const { method, path, body } = request;
    const isForm = body instanceof URLSearchParams;
    const response = await pool
      .request({
        method,
        path: base + path,
        headers: {
          ...(body && { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
          ...(await always()),
          ...request.headers,
        },
        ...(body && { body: isForm ? body.toString() : JSON.stringify(body) }),
        signal,
      })
      .catch((cause: Error & { readonly code?: string }) => {
        throw lostConnection(cause);
      });
    const text = await response.body.text().catch((cause: Error) => {
      throw new NoAnswer(cause.message, { cause });
    });
    const { statusCode: status, headers } = response;
    request.plan?.heard(status, headers);
    if (status === 429 || status >= 500)
      throw new NoAnswer(`HTTP ${status}`, {
        retryAfterMs: readRetryAfter(headers['retry-after'] as string),
        hadNoEffect: status === 429,
      });
    return { status, body: parse(text), headers };
  }

  return {
    async send(request) {
      const { mayRepeat, plan } = request;
      const ask = () => calls.run(mayRepeat, (signal) => attempt(request, signal), plan?.admit);
      const answer = await ask();
      if (!isRefused(answer)) return answer;
      // Refused before any effect, so once more is safe whatever it is.
      await refused();
      return ask();
    },
    // Whatever still hangs must not hold up the end of the process.
    close: () => pool.destroy(),
  };
}

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
