import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type Shipment, type ShipmentStatusConflict, statusConflict } from '../domain/shipment.ts';
import { textIssue } from '../domain/text-issue.ts';
import type { LabelAsk, LabelStore, PendingLabel } from '../ports/labels.ts';
import type { Ports } from '../ports.ts';

type Refused = { readonly kind: 'LabelRefused'; readonly message: string } | ShipmentStatusConflict | NotFound;

export type BuyShipmentLabelOutcome =
  | { readonly kind: 'BuyShipmentLabelSuccess'; readonly shipment: Shipment }
  | Refused
  | InvalidInput;

/**
 * Buys what labels a shipment still needs; null when nothing is in the way. The carrier's key is made of parcel and address,
 * so that staff, the job and a retry after a crash meet the same label.
 */
export const buyLabels =
  (ports: Ports) =>
  async (shipmentId: string): Promise<Refused | null> => {
    const { labels, carriers, clock, shipFrom } = ports;
    const from = { carriers: [...carriers.keys()], address: shipFrom };
    const begun = await labels.begin(shipmentId, from, clock());
    if (!begun) return notFound('shipment');
    const { pending } = begun;
    const { status } = pending.shipment;
    if (status === 'LABEL_PURCHASED') return null;
    if (status !== 'PLANNED') return statusConflict(status, 'Only a planned shipment gets labels.');
    if (pending.carrier === null || pending.service === null)
      return statusConflict(status, 'A pick-up needs no label.');
    if (!carriers.has(pending.carrier)) return refuse(labels, pending, `No carrier ${pending.carrier} is set up.`);
    for (const [index, parcel] of pending.parcels.entries()) {
      const ask = index === 0 ? begun.ask : await labels.ask(pending, parcel.id, from, clock());
      // Cancelled, or its address corrected, since it was read.
      if (!ask) return null;
      const refused = await buyLabel(ports, pending, ask);
      if (refused) return refused;
    }
    return null;
  };

/**
 * Finds out what became of labels that were asked for and are not wanted any more, by asking again under the same key: what
 * the carrier has sold goes back to it.
 */
export const settleLabels =
  (ports: Ports) =>
  async (shipmentId: string): Promise<void> => {
    const pending = await ports.labels.pending(shipmentId);
    if (!pending) return;
    for (const ask of await ports.labels.unanswered(shipmentId)) await buyLabel(ports, pending, ask);
  };

async function buyLabel(
  { labels, carriers, clock }: Ports,
  pending: PendingLabel,
  ask: LabelAsk,
): Promise<Refused | null> {
  const carrier = carriers.get(ask.carrier);
  if (!carrier) throw new Error(`no carrier ${ask.carrier} is set up, which may have sold ${ask.request.key}`);
  const outcome = await carrier.buyLabel(ask.request);
  if (outcome.kind === 'refused') return refuse(labels, pending, outcome.reason, ask);
  const { trackingNumber } = outcome.label;
  if ((await labels.keep(pending, ask, outcome.label, clock())) !== 'number-taken') return null;
  return refuse(
    labels,
    pending,
    `The carrier gave the tracking number ${trackingNumber}, which another parcel has. That label goes back: replan the shipment for another.`,
    ask,
  );
}

async function refuse(labels: LabelStore, pending: PendingLabel, message: string, ask?: LabelAsk): Promise<Refused> {
  await labels.refuse(pending, message, ask);
  return { kind: 'LabelRefused', message };
}

/** The same, asked for by staff with a key of their own, who are shown what came of it. */
export const buyShipmentLabel =
  (ports: Ports) =>
  async (
    viewer: Viewer,
    { shipmentId, key }: { readonly shipmentId: string; readonly key: string },
  ): Promise<BuyShipmentLabelOutcome> => {
    const issues = textIssue(['key'], key, { max: 200 });
    if (issues.length > 0) return invalidInput(issues);
    if (!isId('Shipment', shipmentId)) return notFound('shipment');
    const actor = viewer.kind === 'staff' ? viewer.staffId : viewer.kind;
    if (!(await ports.shipments.claimKey(actor, key, `buyShipmentLabel ${shipmentId}`, ports.clock())))
      return invalidInput([{ path: ['key'], message: 'Was used for another shipment. Make a new key.' }]);
    const refused = await buyLabels(ports)(shipmentId);
    if (refused) return refused;
    const after = (await ports.labels.pending(shipmentId))?.shipment;
    if (!after) return notFound('shipment');
    if (after.status === 'CANCELLED') return statusConflict(after.status, 'It was cancelled meanwhile.');
    if (after.status === 'PLANNED')
      return statusConflict(after.status, 'Its address was corrected meanwhile. Buy the labels again.');
    return { kind: 'BuyShipmentLabelSuccess', shipment: after };
  };
