import { AsyncLocalStorage } from 'node:async_hooks';
import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import library from '@easypost/api';
import { request } from 'undici';

// Its types are those of its CommonJS build, where the class is one name further in.
const EasyPost = library as unknown as typeof library.default;
type EasyPost = InstanceType<typeof EasyPost>;

export interface EasyPostClientOptions {
  readonly apiKey: string;
  /** With the version: `https://api.easypost.com/v2/`. */
  readonly url: string;
  readonly timeoutMs: number;
}

/** What EasyPost refused, with its own code, such as `SHIPMENT.POSTAGE.EXISTS`. */
export class EasyPostRefusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor({ statusCode, code, message, errors }: ApiError) {
    const details = (errors ?? []).map((one) =>
      typeof one === 'string' ? one : [one.field, one.message].filter(Boolean).join(' '),
    );
    super([message, ...details].filter(Boolean).join(' '));
    this.name = 'EasyPostRefusal';
    this.status = statusCode;
    this.code = String(code);
  }
}

interface ApiError {
  readonly statusCode: number;
  readonly code?: string;
  readonly message: string;
  readonly errors?: readonly (string | { readonly field?: string; readonly message?: string })[];
}

/** The largest label that is stored. */
const MAX_LABEL_BYTES = 4 * 1024 * 1024;

/** The official library, with our deadlines and repeats in the place of its own. */
export function createEasyPostClient({ apiKey, url, timeoutMs }: EasyPostClientOptions) {
  const underWay = new AsyncLocalStorage<{ retryAfter?: string }>();
  const baseUrl = url.endsWith('/') ? url : `${url}/`;
  const sdk = new EasyPost(apiKey, {
    baseUrl,
    requestMiddleware: (call) => {
      const mine = underWay.getStore();
      // Read here, for the library's errors do not say it.
      return call.timeout(timeoutMs).redirects(0).on('response', noteOf(mine));
    },
  });
  const calls = createProviderCalls({ provider: 'EasyPost', timeoutMs });

  return {
    /** Throws `EasyPostRefusal` for a no, and `Unavailable` without an answer. */
    ask: <T>(mayRepeat: boolean, work: (easypost: EasyPost) => Promise<T>): Promise<T> =>
      calls.run(mayRepeat, () => {
        const mine: { retryAfter?: string } = {};
        return underWay
          .run(mine, () => work(sdk))
          .catch((error: unknown) => {
            throw toOurs(error, mine.retryAfter);
          });
      }),
    /** A label's file. EasyPost keeps it at an address of its own, which nobody but us needs to know. */
    download: (address: string): Promise<Uint8Array> => {
      const { origin, protocol } = new URL(address);
      if (protocol !== 'https:' && origin !== new URL(baseUrl).origin)
        throw new Error(`EasyPost gives a label at ${origin}`);
      return calls.run(true, (signal) => fetchBytes(address, signal));
    },
  };
}

export type EasyPostClient = ReturnType<typeof createEasyPostClient>;

const noteOf =
  (mine: { retryAfter?: string } | undefined) =>
  ({ headers }: { readonly headers: Readonly<Record<string, string>> }): void => {
    if (mine && headers['retry-after']) mine.retryAfter = headers['retry-after'];
  };

function toOurs(error: unknown, retryAfter: string | undefined): Error {
  const { statusCode = 0 } = error as Partial<ApiError>;
  if (statusCode >= 400 && statusCode < 500 && statusCode !== 429) return new EasyPostRefusal(error as ApiError);
  // Also what the library cannot read, such as a gateway's page: nobody knows what came of it.
  return new NoAnswer((error as Error).message, { retryAfterMs: readRetryAfter(retryAfter), cause: error });
}

async function fetchBytes(address: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await request(address, { signal }).catch((cause: Error) => {
    throw new NoAnswer(cause.message, { cause });
  });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > MAX_LABEL_BYTES) throw new Error('the label is too large');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new NoAnswer((cause as Error).message, { cause });
  }
  if (response.statusCode !== 200) throw new NoAnswer(`HTTP ${response.statusCode} for a label`);
  return Buffer.concat(chunks);
}
