import { CodedError } from '@cartograph/kernel/errors';
import type { SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { type InvalidInput, notFound } from '../domain/outcome.ts';
import { type ReceiveReturnInput, readReceipt } from '../domain/read-return.ts';
import type { ReceiveReturnOutcome, Return, ReturnStatusConflict } from '../domain/return.ts';
import { toReceipt } from '../domain/return-receipt.ts';
import type { Key, Ports } from '../ports.ts';
import type { ReceiveReturnSaga, ReceiveReturnState } from '../sagas/receive-return.ts';
import { stillWorking, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface ReceiveReturnOptions {
  readonly ports: Ports;
  readonly saga: ReceiveReturnSaga;
  /** How long a request waits before it is told that the shop still works on it. */
  readonly deadlineMs: number;
  /** How long a buyer may take to pay what comes instead of the goods. */
  readonly editPaymentSeconds: number;
}

/** Records what has arrived of a return and gives the money back, once per key and once per return. */
export const receiveReturn =
  (options: ReceiveReturnOptions) =>
  async (viewer: Viewer, input: ReceiveReturnInput): Promise<ReceiveReturnOutcome> => {
    const { ports, saga, deadlineMs } = options;
    if (viewer.kind !== 'staff') throw new CodedError('FORBIDDEN');
    const asked = readReceipt(input);
    if ('kind' in asked) return asked;
    const { request } = asked;
    const { returnId } = request;
    if (!(await find(ports, viewer, returnId))) return notFound('There is no such return.');
    const fingerprint = fingerprintOf(request);
    const key: Key = { buyerId: viewer.staffId, operation: 'receiveReturn', key: asked.key, fingerprint };
    const deadline = waitUntil(deadlineMs);

    const receiptId = newId('Receipt');
    let refusal: InvalidInput | ReturnStatusConflict | null = null;
    const insert = async (start: SagaStart): Promise<boolean> => {
      const payBy = new Date(ports.clock().getTime() + options.editPaymentSeconds * 1000);
      const outcome = await ports.returns.receive(returnId, key, start, payBy, (facts) => toReceipt(request, facts));
      if (typeof outcome === 'object') refusal = outcome;
      return outcome === 'received';
    };
    const replayed = async (): Promise<ReceiveReturnOutcome | null> => {
      const earlier = await ports.keys.find([key.buyerId], key.operation, key.key);
      if (!earlier) return null;
      if (earlier.fingerprint !== fingerprint) return { kind: 'IdempotencyKeyReused' };
      return finish(options, viewer, { returnId, receiptId: earlier.sagaId ?? '' }, deadline, true);
    };
    const earlier = await replayed();
    if (earlier) return earlier;
    const state: ReceiveReturnState = { receiptId, returnId };
    if (await ports.sagas.begin(saga, receiptId, state, insert, deadline - performance.now()))
      return finish(options, viewer, state, deadline, false);
    return refusal ?? (await replayed()) ?? stillWorking;
  };

async function find({ returns }: Ports, viewer: Viewer, id: string): Promise<Return | undefined> {
  return (await returns.findByIds(viewer, [id]))[0];
}

async function finish(
  { ports, saga }: ReceiveReturnOptions,
  viewer: Viewer,
  { returnId, receiptId }: ReceiveReturnState,
  deadline: number,
  replayed: boolean,
): Promise<ReceiveReturnOutcome> {
  const outcome = await ports.sagas.settled(saga, receiptId, deadline - performance.now());
  if (outcome?.kind === 'refused') return outcome.refusal;
  if (outcome?.kind !== 'done') return stillWorking;
  const found = await find(ports, viewer, returnId);
  if (!found) throw new Error(`return ${returnId} is gone`);
  return { kind: 'ReceiveReturnSuccess', return: found, replayed };
}
