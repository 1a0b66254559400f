import { randomUUID } from 'node:crypto';
import { createHttpApp } from '@cartograph/runtime/http-app';
import { listenOn } from '@cartograph/runtime/listen';
import type { Logger } from '@cartograph/runtime/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PORT_SETTING } from '../port-setting.ts';
import { createWebhookSender } from '../webhooks.ts';
import { bounces, createFaults } from './faults.ts';
import { writeMessage } from './files.ts';
import { digestOf, openLedger } from './ledger.ts';
import { type Message, type MessageRequest, Refused, readEmail, readSms } from './message.ts';

export interface MessagesSandboxOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  /** Without it the ledger lives in memory. */
  readonly journalPath?: string;
  /** Where the messages are put for people to read. */
  readonly folder: string;
  readonly webhook: { readonly url: () => string | undefined; readonly secret: string };
  readonly logger: Logger;
}

export interface MessagesSandbox extends AsyncDisposable {
  readonly name: string;
  /** Starts to answer; gives the origin. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** A provider of e-mail and text messages that behaves like the big ones: keys, a ledger, signed delivery reports. */
export function createMessagesSandbox(options: MessagesSandboxOptions): MessagesSandbox {
  const { folder, logger } = options;
  const ledger = openLedger(options.journalPath);
  const webhooks = createWebhookSender({ ...options.webhook, onTaken: ledger.told });
  const faults = createFaults();
  const underWay = new Map<string, Promise<Message>>();
  const app = createHttpApp({ bodyLimit: 1024 * 1024 });

  /** Reports how a message ended; said again after a restart, with the same event id. */
  function report(message: Message): void {
    const status = bounces(message.to) ? 'bounced' : 'delivered';
    const id = ledger.settle(message.id, status);
    const { id: messageId, reference, to } = message;
    webhooks.send({ id, type: `message.${status}`, data: { messageId, reference, to } });
  }

  async function take(key: string, digest: string, request: MessageRequest): Promise<Message> {
    const id = `msg_${randomUUID()}`;
    const file = await writeMessage(folder, id, request);
    const { channel, to, reference } = request;
    const subject = request.channel === 'email' ? request.subject : null;
    const acceptedAt = new Date().toISOString();
    const message: Message = { id, key, digest, channel, to, subject, reference, file, acceptedAt };
    ledger.accept(message);
    report(message);
    return message;
  }

  async function accept(request: FastifyRequest, reply: FastifyReply, read: (body: unknown) => MessageRequest) {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || !key) throw new Refused(400, 'The header Idempotency-Key is missing.');
    const wanted = read(parse(request.body));
    const digest = digestOf(wanted);
    faults.before(wanted.to, key);
    const known = ledger.findByKey(key) ?? (await underWay.get(key));
    if (known && known.digest !== digest) throw new Refused(409, 'This key was used for another message.');
    const message = known ?? (await once(key, () => take(key, digest, wanted)));
    if (message.digest !== digest) throw new Refused(409, 'This key was used for another message.');
    if (faults.losesAnswer(wanted.to, key)) return void request.raw.destroy();
    return reply.code(known ? 200 : 202).send({ id: message.id, status: ledger.statusOf(message.id) });
  }

  /** Two requests with one key at once are one message. */
  function once(key: string, work: () => Promise<Message>): Promise<Message> {
    const running = underWay.get(key);
    if (running) return running;
    const started = work().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refused) return reply.code(error.status).send({ error: error.message });
    logger.error({ err: error }, 'messages sandbox failed');
    return reply.code(500).send({ error: 'The sandbox has a defect.' });
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.post('/v1/emails', (request, reply) => accept(request, reply, readEmail));
  app.post('/v1/sms', (request, reply) => accept(request, reply, readSms));
  addReads(app, ledger);

  let closed: Promise<void> | undefined;
  async function close() {
    await app.close();
    await webhooks.close();
    ledger[Symbol.dispose]();
  }
  return {
    name: 'messages-sandbox',
    async listen() {
      const origin = await listenOn(app, {
        name: 'messages_sandbox',
        port: options.port,
        host: options.host ?? '127.0.0.1',
        setting: PORT_SETTING,
      });
      // What was taken shortly before a crash is perhaps not reported: the receiver knows an event by its id.
      for (const message of ledger.untold(new Date(Date.now() - 3_600_000))) report(message);
      return origin;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

function addReads(app: FastifyInstance, ledger: ReturnType<typeof openLedger>): void {
  const view = (message: Message) => ({ ...message, status: ledger.statusOf(message.id) });
  app.get<{ Params: { id: string } }>('/v1/messages/:id', async ({ params }) => {
    const message = ledger.find(params.id);
    if (!message) throw new Refused(404, 'There is no such message.');
    return view(message);
  });
  /** The ledger's newest, for whoever compares it with their own. */
  app.get<{ Querystring: { limit?: string } }>('/v1/messages', async ({ query }) => {
    const limit = Math.min(Math.max(Number(query.limit) || 100, 1), 1000);
    return { messages: ledger.messages.slice(-limit).reverse().map(view) };
  });
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new Refused(400, 'The body is not JSON.');
  }
}
