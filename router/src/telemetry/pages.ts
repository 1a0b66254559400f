import type { IncomingMessage } from 'node:http';
import { createHttpApp } from '@cartograph/runtime/http-app';
import { listenOn } from '@cartograph/runtime/listen';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TelemetrySettings } from '../settings/telemetry.ts';
import type { MayLook } from './access.ts';
import type { MetricsText } from './metrics-text.ts';
import type { RouterStatus } from './status.ts';
import { CONTENT_SECURITY_POLICY, STATUS_PAGE } from './status-page.ts';

export interface Pages {
  readonly metrics: MetricsText;
  readonly status: () => RouterStatus;
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

/** `/metrics` for Prometheus, `/status` for people, and `/status.json`, which the page reads. */
export function addPages(app: FastifyInstance, { metrics, status }: Pages, mayLook: MayLook): void {
  const guarded = (path: string, answer: (reply: FastifyReply) => unknown) =>
    app.get(path, async ({ raw }, reply) => {
      const refused = await mayLook(raw);
      void reply.headers(HEADERS);
      if (!refused) return answer(reply);
      const { code, message } = refused;
      return reply
        .code(refused.status)
        .headers(refused.headers)
        .send({ errors: [{ message, extensions: { code } }] });
    });
  guarded('/metrics', async (reply) => reply.type(metrics.contentType).send(await metrics.read()));
  guarded('/status.json', async (reply) => reply.send(status()));
  app.get('/status', async ({ raw }, reply) => {
    // The page itself says nothing: without access it asks for a token, and reads what there is to see with that.
    const refused = await mayLook(raw as IncomingMessage);
    return reply
      .code(refused?.status ?? 200)
      .headers({ ...HEADERS, 'content-security-policy': CONTENT_SECURITY_POLICY })
      .type('text/html; charset=utf-8')
      .send(STATUS_PAGE);
  });
}

export interface OwnPort {
  readonly origin: string;
  close(): Promise<void>;
}

/** The pages on a port of their own, for whoever reaches it: that is decided by the address it listens on. */
export async function openOwnPort(
  pages: Pages,
  { host, port }: Pick<TelemetrySettings['pages'], 'host' | 'port'>,
): Promise<OwnPort> {
  const app = createHttpApp();
  addPages(app, pages, async () => null);
  const setting = 'telemetry.pages.port in the router settings';
  const origin = await listenOn(app, { name: 'the metrics', host, port, setting });
  return { origin, close: () => app.close() };
}
