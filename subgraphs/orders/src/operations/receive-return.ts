import { CodedError } from '@cartograph/kernel/errors';
import type { SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { type InvalidInput, notFound } from '../domain/outcome.ts';
import { type ReceiveReturnInput, readReceipt } from '../domain/read-return.ts';
import type { ReceiveReturnOutcome, Return, ReturnStatusConflict } from '../domain/return.ts';
import { type ReceiptRequest, toReceipt } from '../domain/return-receipt.ts';
import type { Key, Ports } from '../ports.ts';
import type { ReceiveReturnSaga } from '../sagas/receive-return.ts';
import { stillWorking, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import { answered, OVERTAKEN, oncePerKey, refused, type Tried } from './once-per-key.ts';

export interface ReceiveReturnOptions {
  readonly ports: Ports;
  readonly saga: ReceiveReturnSaga;
  /** How long a request waits before it is told that the shop still works on it. */
  readonly deadlineMs: number;
  /** How long a buyer may take to pay what comes instead of the goods. */
  readonly editPaymentSeconds: number;
}

interface Attempt {
  readonly viewer: Viewer;
  readonly request: ReceiptRequest;
  readonly key: Key;
  readonly deadline: number;
}

/** Records what has arrived of a return and gives the money back, once per key and once per return. */
export const receiveReturn =
  (options: ReceiveReturnOptions) =>
  async (viewer: Viewer, input: ReceiveReturnInput): Promise<ReceiveReturnOutcome> => {
    const { ports, deadlineMs } = options;
    if (viewer.kind !== 'staff') throw new CodedError('FORBIDDEN');
    const asked = readReceipt(input);
    if ('kind' in asked) return asked;
    const { request } = asked;
    const { returnId } = request;
    if (!(await find(ports, viewer, returnId))) return notFound('There is no such return.');
    const fingerprint = fingerprintOf(request);
    const key: Key = { buyerId: viewer.staffId, operation: 'receiveReturn', key: asked.key, fingerprint };
    const deadline = waitUntil(deadlineMs);

    const attempt: Attempt = { viewer, request, key, deadline };
    const outcome = await oncePerKey(ports, {
      key,
      replay: ({ sagaId }) => finish(options, attempt, sagaId ?? '', true),
      attempt: () => attemptOnce(options, attempt),
    });
    return outcome === 'overtaken' ? stillWorking : outcome;
  };

async function attemptOnce(options: ReceiveReturnOptions, attempt: Attempt): Promise<Tried<ReceiveReturnOutcome>> {
  const { ports, saga, editPaymentSeconds } = options;
  const { request, key, deadline } = attempt;
  const { returnId } = request;
  const receiptId = newId('Receipt');
  let refusal: InvalidInput | ReturnStatusConflict | null = null;
  const insert = async (start: SagaStart): Promise<boolean> => {
    const payBy = new Date(ports.clock().getTime() + editPaymentSeconds * 1000);
    const outcome = await ports.returns.receive(returnId, key, start, payBy, (facts) => toReceipt(request, facts));
    if (typeof outcome === 'object') refusal = outcome;
    return outcome === 'received';
  };
  if (await ports.sagas.begin(saga, receiptId, { receiptId, returnId }, insert, deadline - performance.now()))
    return answered(await finish(options, attempt, receiptId, false));
  return refusal ? refused(refusal) : OVERTAKEN;
}

async function find({ returns }: Ports, viewer: Viewer, id: string): Promise<Return | undefined> {
  return (await returns.findByIds(viewer, [id]))[0];
}

async function finish(
  { ports, saga }: ReceiveReturnOptions,
  { viewer, request: { returnId }, deadline }: Attempt,
  receiptId: string,
  replayed: boolean,
): Promise<ReceiveReturnOutcome> {
  const outcome = await ports.sagas.settled(saga, receiptId, deadline - performance.now());
  if (outcome?.kind === 'refused') return outcome.refusal;
  if (outcome?.kind !== 'done') return stillWorking;
  const found = await find(ports, viewer, returnId);
  if (!found) throw new Error(`return ${returnId} is gone`);
  return { kind: 'ReceiveReturnSuccess', return: found, replayed };
}
