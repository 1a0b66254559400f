import type { Viewer } from '@cartograph/kernel/viewer';
import { byOf } from '../domain/order-event.ts';
import { invalidInput, notFound } from '../domain/outcome.ts';
import type {
  ApproveReturnOutcome,
  CancelReturnOutcome,
  MoveReturnOutcome,
  RefuseReturnOutcome,
  ReturnMove,
} from '../domain/return.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';

type ReturnPorts = Pick<Ports, 'returns'>;

/** Whoever finds it moved already has what they wanted. */
async function moveReturn<K extends string>(
  { returns }: ReturnPorts,
  viewer: Viewer,
  id: string,
  kind: K,
  move: Pick<ReturnMove, 'to' | 'reason'>,
): Promise<MoveReturnOutcome<K>> {
  await returns.move(viewer, id, { ...move, ...byOf(viewer) });
  const [found] = await returns.findByIds(viewer, [id]);
  if (!found) return notFound('There is no such return.');
  return found.status === move.to ? { kind, return: found } : { kind: 'ReturnStatusConflict', status: found.status };
}

export const approveReturn =
  (ports: ReturnPorts) =>
  (viewer: Viewer, id: string): Promise<ApproveReturnOutcome> =>
    moveReturn(ports, viewer, id, 'ApproveReturnSuccess', { to: 'APPROVED', reason: null });

export const cancelReturn =
  (ports: ReturnPorts) =>
  (viewer: Viewer, id: string): Promise<CancelReturnOutcome> =>
    moveReturn(ports, viewer, id, 'CancelReturnSuccess', { to: 'CANCELLED', reason: null });

export const refuseReturn =
  (ports: ReturnPorts) =>
  async (
    viewer: Viewer,
    input: { readonly returnId: string; readonly reason: string },
  ): Promise<RefuseReturnOutcome> => {
    const read = createInputReader();
    const reason = read.text(['reason'], input.reason, 500);
    if (read.issues.length > 0) return invalidInput(read.issues);
    return moveReturn(ports, viewer, input.returnId, 'RefuseReturnSuccess', { to: 'REFUSED', reason });
  };
