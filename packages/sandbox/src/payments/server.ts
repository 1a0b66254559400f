import { createHttpApp } from '@cartograph/runtime/http-app';
import { listenOn } from '@cartograph/runtime/listen';
import { PORT_SETTING } from '../port-setting.ts';
import { addAccountRoutes } from './account-routes.ts';
import { addChallengeRoutes } from './challenge-routes.ts';
import { createEngine } from './engine.ts';
import type { PaymentsSandboxOptions } from './options.ts';
import { addPaymentRoutes } from './payment-routes.ts';
import { errorBody, Rejected } from './requests.ts';

export type { PaymentsSandboxOptions } from './options.ts';

export const DEFAULT_API_KEY = 'sk_sandbox';

export interface SandboxServer extends AsyncDisposable {
  readonly name: string;
  /** Starts to answer; gives the origin. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** A payment provider that behaves like the big ones, with a ledger of its own. */
export function createPaymentsSandbox(options: PaymentsSandboxOptions): SandboxServer {
  const { logger, apiKey = DEFAULT_API_KEY, host = '127.0.0.1' } = options;
  const engine = createEngine(options);
  const app = createHttpApp();
  let origin = options.publicUrl ?? '';

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof Rejected) return reply.code(error.status).send(errorBody(error.code, error.message));
    logger.error({ err: error }, 'payments sandbox failed');
    return reply.code(500).send(errorBody('api_error', 'The sandbox has a defect.'));
  });
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/v1/3ds/') || request.url === '/healthz') return;
    if (request.headers.authorization !== `Bearer ${apiKey}`)
      throw new Rejected(401, 'authentication_error', 'The API key is missing or wrong.');
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  addPaymentRoutes(app, engine, () => origin, options.faults);
  addAccountRoutes(app, engine);
  addChallengeRoutes(app, engine);

  let closed: Promise<void> | undefined;
  async function close() {
    await app.close();
    await engine.close();
  }
  return {
    name: 'payments-sandbox',
    async listen() {
      const own = await listenOn(app, { name: 'payments_sandbox', port: options.port, host, setting: PORT_SETTING });
      origin ||= own;
      engine.resume();
      return own;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}
