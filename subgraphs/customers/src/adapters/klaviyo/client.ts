import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import { ApiKeySession, DataPrivacyApi, EventsApi, ProfilesApi, RetryWithExponentialBackoff } from 'klaviyo-api';
import { errorOf } from '../answer-errors.ts';

export interface KlaviyoSettings {
  readonly url: string;
  readonly apiKey: string;
  readonly timeoutMs?: number;
}

/** The official client, with our deadlines and repeats in the place of its own. */
export function createKlaviyoClient({ url, apiKey, timeoutMs = 4_000 }: KlaviyoSettings) {
  // Who repeats is `calls`, which knows of all calls.
  const session = new ApiKeySession(apiKey, new RetryWithExponentialBackoff({ numRetries: 0 }));
  const open = <Api extends { basePath: string }>(api: Api): Api => Object.assign(api, { basePath: url });
  const calls = createProviderCalls({ provider: 'klaviyo', timeoutMs, attempts: 2 });
  return {
    profiles: open(new ProfilesApi(session)),
    events: open(new EventsApi(session)),
    privacy: open(new DataPrivacyApi(session)),
    /** All that is asked is safe to repeat. */
    ask: (work: () => Promise<unknown>): Promise<unknown> =>
      calls.run(true, () =>
        work().catch((error: unknown) => {
          throw toError(error);
        }),
      ),
  };
}

interface Failure {
  readonly status: number;
  readonly data?: { readonly errors?: readonly { readonly detail?: string }[] };
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer inside of what the official client throws; none where something kept it from getting one. */
export const answerOf = (error: unknown): Failure | undefined => (error as { readonly response?: Failure }).response;

function toError(error: unknown): Error {
  const answer = answerOf(error);
  if (!answer) return new NoAnswer((error as Error).message, { cause: error });
  const reason = answer.data?.errors?.[0]?.detail ?? 'no reason given';
  return errorOf('klaviyo', answer.status, reason, readRetryAfter(answer.headers?.['retry-after']));
}
