import { createHttpApp } from '@cartograph/runtime/http-app';
import { listenOn } from '@cartograph/runtime/listen';
import { PORT_SETTING } from '../port-setting.ts';
import { createWebhookSender } from '../webhooks.ts';
import { openLedger, type TrackerEvent } from './ledger.ts';
import type { CarrierSandboxOptions } from './options.ts';
import { errorBody, Refused } from './requests.ts';
import { addRoutes } from './routes.ts';
import { createTempo } from './tempo.ts';
import { addTrackPage } from './track-page.ts';

export type { CarrierSandboxOptions } from './options.ts';

export interface CarrierSandbox extends AsyncDisposable {
  readonly name: string;
  /** What the carrier has done: compare it with what we believe. */
  readonly ledger: ReturnType<typeof openLedger>['entries'];
  /** Starts to answer; gives the origin. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** A parcel carrier that behaves like the big ones: rates, labels, tracking, signed webhooks and a ledger of its own. */
export function createCarrierSandbox(options: CarrierSandboxOptions): CarrierSandbox {
  const { logger, tempoMs = MINUTE_MS, clock = () => new Date(), host = '127.0.0.1' } = options;
  const ledger = openLedger(options.journalPath, clock);
  const webhooks = createWebhookSender(options.webhook);
  const tell = (event: TrackerEvent): void =>
    webhooks.send({ id: `webhook_${event.id}`, type: 'tracker.updated', data: event });
  const tempo = createTempo(ledger, tempoMs, tell);
  let origin = '';

  const app = createHttpApp();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refused) return reply.code(error.status).send(errorBody(error.code, error.message));
    logger.error({ err: error }, 'carrier sandbox failed');
    return reply.code(500).send(errorBody('internal', 'The sandbox has a defect.'));
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  addRoutes(app, { ledger, origin: () => origin, tell, follow: tempo.plan, faults: options.faults });
  addTrackPage(app, ledger);

  let closed: Promise<void> | undefined;
  async function close() {
    tempo.stop();
    await app.close();
    await webhooks.close();
    ledger[Symbol.dispose]();
  }
  return {
    name: 'carrier-sandbox',
    ledger: ledger.entries,
    async listen() {
      origin = await listenOn(app, { name: 'carrier_sandbox', port: options.port, host, setting: PORT_SETTING });
      for (const label of ledger.moving()) tempo.plan(label);
      return origin;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}
