import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type Piece, partIssues } from '../domain/replan.ts';
import { type Shipment, type ShipmentStatusConflict, statusConflict } from '../domain/shipment.ts';
import { textIssue } from '../domain/text-issue.ts';
import type { Ports } from '../ports.ts';

export interface ReplanShipmentInput {
  readonly shipmentId: string;
  readonly key: string;
  readonly parts: readonly { readonly lines: readonly Piece[] }[];
}

export type ReplanShipmentOutcome =
  | { readonly kind: 'ReplanShipmentSuccess'; readonly shipments: readonly Shipment[] }
  | ShipmentStatusConflict
  | InvalidInput
  | NotFound;

/** Sends what a shipment holds in several, or anew what was called off. Once per key, and once per shipment. */
export const replanShipment =
  ({ shipments, clock, newId, autoBuyLabels }: Ports) =>
  async (viewer: Viewer, { shipmentId, key, parts }: ReplanShipmentInput): Promise<ReplanShipmentOutcome> => {
    const issues = textIssue(['key'], key, { max: 200 });
    if (issues.length > 0) return invalidInput(issues);
    const [shipment] = isId('Shipment', shipmentId) ? await shipments.findByIds(viewer, [shipmentId]) : [];
    if (!shipment) return notFound('shipment');
    const lists = parts.map(({ lines }) => lines);
    const wrong = partIssues(lists, await shipments.linesOf([shipmentId]));
    if (wrong.length > 0) return invalidInput(wrong);
    const now = clock();
    const actor = viewer.kind === 'staff' ? viewer.staffId : viewer.kind;
    if (!(await shipments.claimKey(actor, key, `replanShipment ${shipmentId} ${JSON.stringify(lists)}`, now)))
      return invalidInput([{ path: ['key'], message: 'Was used for something else. Make a new key.' }]);
    const replan = { orderId: shipment.orderId, shipmentId, parts: lists, now, newId, autoBuyLabels };
    const outcome = await shipments.replan(replan);
    switch (outcome.kind) {
      case 'replanned':
        return { kind: 'ReplanShipmentSuccess', shipments: outcome.shipments };
      case 'cancelled':
        return statusConflict('CANCELLED', 'Its order was cancelled.');
      case 'taken-out':
        return statusConflict('CANCELLED', 'What it held was taken out of the order.');
      case 'too-many':
        return invalidInput([{ path: ['parts'], message: 'An order has at most 100 shipments.' }]);
      default:
        return repeated(shipments, shipmentId, lists, outcome.status);
    }
  };

/** Replaced by the same parts before, it is what was asked for. */
async function repeated(
  store: Ports['shipments'],
  shipmentId: string,
  parts: readonly (readonly Piece[])[],
  status: Shipment['status'],
): Promise<ReplanShipmentOutcome> {
  const made = await store.findReplacements(shipmentId);
  if (made.length === 0) return statusConflict(status, 'It has left the warehouse.');
  const lines = await store.linesOf(made.map(({ id }) => id));
  const asText = (list: readonly Piece[]) =>
    list
      .map(({ orderLineId, quantity }) => `${orderLineId} ${quantity}`)
      .toSorted()
      .join();
  const there = made.map(({ id }) => asText(lines.filter((line) => line.shipmentId === id)));
  return there.toSorted().join(';') === parts.map(asText).toSorted().join(';')
    ? { kind: 'ReplanShipmentSuccess', shipments: made }
    : statusConflict(status, 'It was replaced by other shipments already.');
}

/** Pieces of an order that are not to be sent. Called by orders, so refusals are errors. */
export const takeOutOfShipments =
  ({ shipments, clock, newId, autoBuyLabels }: Ports) =>
  async (input: { readonly orderId: string; readonly key: string; readonly lines: readonly Piece[] }) => {
    if (input.lines.length < 1 || input.lines.some(({ quantity }) => quantity < 1))
      throw badInput('"lines" must name pieces.');
    return shipments.takeOut({ ...input, now: clock(), newId, autoBuyLabels });
  };
