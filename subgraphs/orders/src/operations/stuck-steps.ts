import { CodedError } from '@cartograph/kernel/errors';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Saga } from '@cartograph/kernel/saga';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Order } from '../domain/order.ts';
import { byOf, type NewOrderEvent } from '../domain/order-event.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import { invalidInput } from '../domain/outcome.ts';
import {
  describeStep,
  type GiveUpStepOutcome,
  isDispensable,
  type RetryStepOutcome,
  type StuckStep,
} from '../domain/stuck-step.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';

export type AnySaga = Saga<unknown, unknown>;
type StepPorts = Pick<Ports, 'orders' | 'sagas' | 'stuckSteps'>;

/** The same saga, which tells the order's timeline when a step gets no answer. */
export const watched = <S, R>(saga: Saga<S, R>, ports: Pick<Ports, 'returns' | 'timeline'>): Saga<S, R> => ({
  ...saga,
  async stuck(state, at) {
    const { orderId, returnId } = state as { readonly orderId?: string; readonly returnId?: string };
    const id = orderId ?? (await ports.returns.findByIds(OURSELVES, [returnId ?? '']))[0]?.orderId;
    if (id === undefined) throw new Error(`the saga ${saga.name} names no order`);
    const message = `${describeStep(at)} takes longer than usual. It is tried again by itself.`;
    await ports.timeline.tell([{ orderId: id, type: 'STEP_STUCK', message, by: 'SYSTEM' }]);
  },
});

export const listStuckSteps =
  ({ stuckSteps }: StepPorts) =>
  async (viewer: Viewer, page: PageRequest): Promise<Page<StuckStep>> => {
    if (!seesEverything(viewer)) throw new CodedError('FORBIDDEN');
    return stuckSteps.list(page);
  };

/** Whether it can be given up: it has a way back, or people can do it instead. */
export const canGiveUp =
  (sagas: readonly AnySaga[]) =>
  (stuck: StuckStep): boolean => {
    const saga = sagas.find(({ name }) => name === stuck.process);
    if (!saga) return isDispensable(stuck);
    const hasWayBack = !stuck.undoing && saga.steps.some(({ name, undo }) => name === stuck.step && undo);
    return hasWayBack || (saga.dispensable?.includes(stuck.step) ?? false);
  };

/** Asks again at once. Whoever drives it at the moment finds it taken. */
export const retryStep =
  (ports: StepPorts, sagas: readonly AnySaga[]) =>
  async (viewer: Viewer, stepId: string): Promise<RetryStepOutcome> => {
    const stuck = await ports.stuckSteps.find(stepId);
    const order = stuck && (await findOrder(ports, viewer, stuck));
    if (!order) return { kind: 'StepNotStuck' };
    const message = `${describeStep(stuck)} was asked for again.`;
    const told: NewOrderEvent = { ...byOf(viewer), orderId: order.id, type: 'STEP_RETRIED', message };
    const taken =
      stuck.sagaId === null
        ? await ports.stuckSteps.retryDelivery(stepId, told)
        : (await ports.sagas.intervene(sagas, stuck.sagaId, stuck, 'retry', (takeover) =>
            ports.stuckSteps.takeSaga(takeover, told),
          )) === 'taken';
    return taken ? { kind: 'RetryStepSuccess', order } : { kind: 'StepNotStuck' };
  };

/** Undoes what can be undone, and leaves out what nobody needs or people do by hand. */
export const giveUpStep =
  (ports: StepPorts, sagas: readonly AnySaga[]) =>
  async (viewer: Viewer, input: { readonly stepId: string; readonly reason: string }): Promise<GiveUpStepOutcome> => {
    const read = createInputReader();
    const reason = read.text(['reason'], input.reason, 500);
    if (read.issues.length > 0) return invalidInput(read.issues);
    const stuck = await ports.stuckSteps.find(input.stepId);
    const order = stuck && (await findOrder(ports, viewer, stuck));
    if (!order) return { kind: 'StepNotStuck' };
    const message = `${describeStep(stuck)} was given up: ${reason}`;
    const outcome = await giveUp(ports, sagas, stuck, {
      ...byOf(viewer),
      orderId: order.id,
      type: 'STEP_GIVEN_UP',
      message,
    });
    if (outcome === 'not-stuck') return { kind: 'StepNotStuck' };
    if (outcome === 'no-way-back') return { kind: 'StepNotUndoable' };
    return { kind: 'GiveUpStepSuccess', order };
  };

async function giveUp(
  { stuckSteps, sagas: runner }: StepPorts,
  sagas: readonly AnySaga[],
  stuck: StuckStep,
  told: NewOrderEvent,
) {
  if (stuck.sagaId !== null)
    return runner.intervene(sagas, stuck.sagaId, stuck, 'give-up', (takeover) => stuckSteps.takeSaga(takeover, told));
  if (!isDispensable(stuck)) return 'no-way-back';
  return (await stuckSteps.dropDelivery(stuck.id, told)) ? 'taken' : 'not-stuck';
}

async function findOrder({ orders }: StepPorts, viewer: Viewer, { orderId }: StuckStep): Promise<Order | undefined> {
  return (await orders.findByIds(viewer, [orderId]))[0];
}
