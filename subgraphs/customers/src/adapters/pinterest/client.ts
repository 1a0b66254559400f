import { createProviderCalls, readRetryAfter } from '@cartograph/providers/calls';
import { createProviderHttp } from '@cartograph/providers/http';
import { refusedData } from '../../domain/sync.ts';
import { errorOf } from '../answer-errors.ts';

export interface PinterestSettings {
  readonly url: string;
  readonly accessToken: string;
  readonly adAccountId: string;
  readonly timeoutMs?: number;
}

/** An event as Pinterest has it. The id makes it count once. */
export interface ConversionEvent {
  readonly event_id: string;
  readonly [field: string]: unknown;
}

/** Pinterest's conversions over plain HTTP. */
export function createPinterestClient({ url, accessToken, adAccountId, timeoutMs = 5_000 }: PinterestSettings) {
  const http = createProviderHttp({
    baseUrl: url,
    calls: createProviderCalls({ provider: 'pinterest', timeoutMs }),
    headers: async () => ({ authorization: `Bearer ${accessToken}` }),
  });
  return {
    /** One event. A test is looked at like any other, and not recorded. */
    async sendEvent(event: ConversionEvent, { isTest = false } = {}): Promise<void> {
      const { status, body, headers } = await http.send({
        method: 'POST',
        path: `/ad_accounts/${adAccountId}/events${isTest ? '?test=true' : ''}`,
        body: { data: [event] },
        // Counted once by its id.
        mayRepeat: true,
      });
      const retryAfter = headers['retry-after'];
      if (status !== 200) throw errorOf('pinterest', status, reasonIn(body), readRetryAfter([retryAfter].flat()[0]));
      const [told] = body.events;
      if (told?.status === 'failed')
        throw refusedData(`pinterest refuses this: ${told.error_message ?? 'no reason given'}`);
    },
    close: () => http.close(),
  };
}

const reasonIn = (body: { readonly message?: unknown } | null): string =>
  typeof body?.message === 'string' ? body.message : 'no reason given';
