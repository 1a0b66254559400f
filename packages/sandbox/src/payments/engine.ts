import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createWebhookSender } from '../webhooks.ts';
import { openBook, type SandboxPayment, sandboxId } from './book.ts';
import type { Behaviour } from './cards.ts';
import type { Fault, SandboxOperation } from './faults.ts';
import type { PaymentsSandboxOptions } from './options.ts';
import { approve, type Change, type Refusal } from './payment.ts';
import { errorBody, Rejected } from './requests.ts';

/** One call that changes something. */
export interface Work {
  readonly operation: SandboxOperation;
  readonly reference: string;
  readonly behaviour: Behaviour;
  readonly change: () => Change | Refusal;
}

/** Writes changes down, tells about them, and answers repeated keys as it answered them first. */
export function createEngine(options: PaymentsSandboxOptions) {
  const { webhookDelayMs = 300, lateMs = 3_000, faults } = options;
  const book = openBook(options.journalPath);
  const webhooks = createWebhookSender(options.webhook);
  const timers = new Set<NodeJS.Timeout>();
  const failedOnce = new Set<string>();

  function later(ms: number, work: () => void) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }

  function commit(change: Change, behaviour: Behaviour, answered?: { key: string; fingerprint: string }) {
    const { payment, line } = change;
    const isNews = book.payments.get(payment.id)?.payment.version !== payment.version;
    book.append({ kind: 'payment', payment, behaviour, ...answered, ...(line && { line }) });
    const event = { id: sandboxId('evt'), type: `payment.${payment.status}`, data: payment };
    if (isNews) later(webhookDelayMs, () => webhooks.send(event));
    if (payment.status === 'processing') settleLater(payment, behaviour);
    return payment;
  }

  function settleLater({ id, created }: SandboxPayment, behaviour: Behaviour) {
    later(Math.max(0, Date.parse(created) + lateMs - Date.now()), () => {
      const current = book.payments.get(id)?.payment;
      if (current?.status === 'processing') commit(approve(current), behaviour);
    });
  }

  async function perform(request: FastifyRequest, reply: FastifyReply, work: Work): Promise<FastifyReply> {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || key.length === 0)
      throw new Rejected(400, 'idempotency_key_missing', 'Send an Idempotency-Key header.');
    const answered = {
      key: `${work.operation}:${key}`,
      fingerprint: createHash('sha256').update(`${request.url}\n${request.body}`).digest('hex'),
    };
    const creates = work.operation === 'authorize';
    const fault = faults?.({ operation: work.operation, reference: work.reference });
    if (fault?.at === 'before' && (await suffer(fault, reply))) return reply;
    if (creates && work.behaviour === 'error' && !failedOnce.has(answered.key)) {
      failedOnce.add(answered.key);
      return reply.code(500).send(errorBody('api_error', 'Something went wrong. Nothing was charged.'));
    }
    // No await from here to the journal: calls with one key meet one after the other.
    const earlier = book.answerOf(answered.key);
    if (earlier && earlier.fingerprint !== answered.fingerprint)
      throw new Rejected(409, 'idempotency_key_reused', 'This key was used for another request.');
    const outcome = earlier ?? work.change();
    if ('code' in outcome) throw new Rejected(409, outcome.code, outcome.message);
    const payment = earlier ? earlier.payment : commit(outcome, work.behaviour, answered);
    if (fault?.at === 'after' && (await suffer(fault, reply))) return reply;
    if (creates && work.behaviour === 'timeout' && !earlier) return hang(reply);
    return reply.code(creates && payment.status === 'declined' ? 402 : 200).send(payment);
  }

  return {
    book,
    commit,
    perform,
    /** What was "processing" when the server ended still settles. */
    resume() {
      for (const { payment, behaviour } of book.payments.values())
        if (payment.status === 'processing') settleLater(payment, behaviour);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await webhooks.close();
      book.close();
    },
  };
}

export type Engine = ReturnType<typeof createEngine>;

/** The socket stays open until the client gives up. */
function hang(reply: FastifyReply): FastifyReply {
  reply.hijack();
  return reply;
}

/** True when the fault has answered, or will never answer, in our place. */
export async function suffer(fault: Fault, reply: FastifyReply): Promise<boolean> {
  if (fault.kind === 'delay') await sleep(fault.ms);
  if (fault.kind === 'hang') hang(reply);
  if (fault.kind === 'error') await reply.code(500).send(errorBody('api_error', 'A test asked for this failure.'));
  return fault.kind !== 'delay';
}
