import { Unavailable } from '@cartograph/kernel/errors';
import { createProviderCalls } from '@cartograph/providers/calls';
import { createProviderHttp } from '@cartograph/providers/http';
import { Client, Config, EnvironmentEnum, ModificationsApi, PaymentsApi } from './library.ts';

export interface AdyenOptions {
  readonly apiKey: string;
  readonly merchantAccount: string;
  /** Which sign its webhooks: several while one replaces the other. */
  readonly hmacKeys: readonly string[];
  /** The prefix of the live URLs; Adyen's test system without it. */
  readonly livePrefix?: string;
  /** Another place than Adyen's own. */
  readonly url?: string;
  readonly timeoutMs: number;
  /** Where buyers come back to from the bank's page; see `returned`. */
  readonly returnsUrl: string;
  readonly clock?: () => number;
}

/** Adyen said no. */
export class AdyenRefusal extends Error {
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(`Adyen answered ${status} ${code}: ${message}`);
    this.name = 'AdyenRefusal';
    this.status = status;
  }
}

/** The key's first request is still being worked on. */
const IN_PROGRESS = '704';

const VERSION = '/v72';

/** The official client, with deadlines and repetitions of ours: every call has a key, so that it may be repeated. */
export function createAdyenClient({ apiKey, livePrefix, url, timeoutMs }: AdyenOptions) {
  const live = `https://${livePrefix}-checkout-live.adyenpayments.com/checkout`;
  const baseUrl = url ?? (livePrefix ? live : 'https://checkout-test.adyen.com');
  const calls = createProviderCalls({ provider: 'adyen', timeoutMs });
  const http = createProviderHttp({ baseUrl, calls, headers: async () => ({ 'x-api-key': apiKey }) });
  const client = new Client(
    new Config({
      apiKey,
      environment: livePrefix ? EnvironmentEnum.LIVE : EnvironmentEnum.TEST,
      ...(livePrefix && { liveEndpointUrlPrefix: livePrefix }),
    }),
    {
      async request(endpoint, json, _config, _isKeyRequired, options) {
        const answer = await http.send({
          method: 'POST',
          path: endpoint.slice(endpoint.indexOf(VERSION)),
          headers: { ...(options?.idempotencyKey && { 'idempotency-key': options.idempotencyKey }) },
          body: JSON.parse(json) as object,
          mayRepeat: true,
        });
        if (answer.status < 300) return JSON.stringify(answer.body);
        const { errorCode = '', message = '' } = (answer.body ?? {}) as { errorCode?: string; message?: string };
        if (answer.status === 401 || answer.status === 403)
          throw new Error('Adyen refuses the API key: correct ADYEN_API_KEY.');
        if (errorCode === IN_PROGRESS) throw new Unavailable('adyen', { cause: new Error(message) });
        throw new AdyenRefusal(answer.status, errorCode, message);
      },
    },
  );
  return {
    payments: new PaymentsApi(client),
    modifications: new ModificationsApi(client),
    close: () => http.close(),
  };
}

export type AdyenClient = ReturnType<typeof createAdyenClient>;
