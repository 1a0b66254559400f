import { createProviderCalls } from '@cartograph/providers/calls';
import { createProviderHttp } from '@cartograph/providers/http';
import { createOAuthClient, createRefreshedTokens, createTokenCache } from '@cartograph/providers/oauth';
import { createUsagePlan, type UsagePlan } from '@cartograph/providers/usage-plan';
import { OPERATIONS, type Operation, type OperationName } from './operations.ts';
import type { AmazonSettings } from './settings.ts';

/** What Amazon refused, with its own words. */
export class AmazonRefusal extends Error {
  readonly status: number;
  readonly codes: readonly string[];
  constructor(status: number, errors: readonly AmazonError[]) {
    super(errors.map(({ message, code }) => `${message} (${code})`).join(' ') || `HTTP ${status}`);
    this.name = 'AmazonRefusal';
    this.status = status;
    this.codes = errors.map(({ code }) => code);
  }
}

interface AmazonError {
  readonly code: string;
  readonly message: string;
  readonly details?: string;
}

export interface AmazonRequest {
  /** What stands in the path, such as `sku`. */
  readonly path?: Readonly<Record<string, string>>;
  /** A list goes over in one value with commas. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object;
}

export interface AmazonClient {
  /** The answer's body. Throws `AmazonRefusal` for a no, and `Unavailable` without an answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation's answer is read by its caller.
  ask(operation: OperationName, request?: AmazonRequest): Promise<any>;
  close(): Promise<void>;
}

export interface AmazonClientOptions extends Pick<AmazonSettings, 'clientId' | 'clientSecret' | 'refreshToken'> {
  readonly url: string;
  readonly tokenUrl: string;
  readonly timeoutMs?: number;
  /** Who waits longer for a usage plan is told to come again. */
  readonly longestWaitMs?: number;
}

/** Amazon wants to know who asks. */
const USER_AGENT = 'Cartograph/0.1 (Language=TypeScript; Platform=Node)';

/** The Selling Partner API for one seller: Login with Amazon, and the usage plan of each operation kept to. */
export function createAmazonClient(options: AmazonClientOptions): AmazonClient {
  const { url, timeoutMs = 10_000, longestWaitMs = 30_000 } = options;
  // A limit that other processes use up, too, is met more often than once.
  const calls = createProviderCalls({ provider: 'Amazon', timeoutMs, attempts: 5, failuresToOpen: 10 });
  const openHttp = (tokens: ReturnType<typeof createTokenCache>) =>
    createProviderHttp({
      ...{ baseUrl: url, calls },
      headers: async () => ({ 'x-amz-access-token': await tokens.accessToken(), 'user-agent': USER_AGENT }),
      refused: async () => tokens.forget(),
      isRefused: ({ status, body }) => status === 401 || (status === 403 && isAboutToken(body?.errors)),
    });
  const forSeller = openHttp(createAmazonTokens(options));
  const forItself = openHttp(createOwnTokens(options, 'sellingpartnerapi::notifications'));
  const plans = new Map<OperationName, UsagePlan>();

  function planOf(operation: OperationName): UsagePlan {
    const { rate, burst } = OPERATIONS[operation];
    const plan =
      plans.get(operation) ?? createUsagePlan({ rate, burst, rateHeader: 'x-amzn-ratelimit-limit', longestWaitMs });
    plans.set(operation, plan);
    return plan;
  }

  return {
    async ask(operation, { path = {}, query = {}, body } = {}) {
      const { method, path: template, mayRepeat, scope }: Operation = OPERATIONS[operation];
      const { status, body: answer } = await (scope ? forItself : forSeller).send({
        method,
        mayRepeat,
        plan: planOf(operation),
        path: pathOf(template, path, query),
        ...(body && { body }),
      });
      if (status < 400) return answer;
      throw new AmazonRefusal(status, answer?.errors ?? []);
    },
    close: async () => void (await Promise.all([forSeller.close(), forItself.close()])),
  };
}

const createAmazonOAuth = ({ clientId, clientSecret, tokenUrl, timeoutMs = 10_000 }: AmazonClientOptions, scope = '') =>
  createOAuthClient({
    ...{ provider: 'Amazon', tokenUrl, clientId, clientSecret, timeoutMs, authentication: 'post' },
    ...(scope && { scope }),
  });

/** Tokens of the application itself. */
const createOwnTokens = (options: AmazonClientOptions, scope: string) =>
  createTokenCache(createAmazonOAuth(options, scope).clientCredentials);

function createAmazonTokens(options: AmazonClientOptions) {
  const oauth = createAmazonOAuth(options);
  // Amazon gives the same one back each time; should it not, the newer one is good for as long as we run.
  let { refreshToken } = options;
  return createRefreshedTokens(oauth, {
    read: async () => refreshToken,
    write: async (newer) => {
      refreshToken = newer;
    },
  });
}

/** Its own way to say that a token has ended, beside a 403 for what the application may not do. */
const isAboutToken = (errors: readonly AmazonError[] | undefined): boolean =>
  (errors ?? []).some(({ message, details }) => /access token/i.test(`${message} ${details}`));

function pathOf(
  template: string,
  values: Readonly<Record<string, string>>,
  query: NonNullable<AmazonRequest['query']>,
): string {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return pairs.length > 0 ? `${path}?${new URLSearchParams(pairs)}` : path;
}
