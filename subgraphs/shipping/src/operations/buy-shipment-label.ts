import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type Shipment, type ShipmentStatusConflict, statusConflict } from '../domain/shipment.ts';
import { textIssue } from '../domain/text-issue.ts';
import type { Carrier, PendingLabel, Ports } from '../ports.ts';

export type BuyLabelsOutcome =
  | { readonly kind: 'BuyShipmentLabelSuccess'; readonly shipment: Shipment }
  | { readonly kind: 'LabelRefused'; readonly message: string }
  | ShipmentStatusConflict
  | NotFound;

export type BuyShipmentLabelOutcome = BuyLabelsOutcome | InvalidInput;

/**
 * Buys what labels a shipment still needs. The carrier's key is made of parcel and address, so that staff, the job and
 * a retry after a crash meet the same label.
 */
export const buyLabels =
  ({ labels, carriers, shipFrom, clock }: Ports) =>
  async (shipmentId: string): Promise<BuyLabelsOutcome> => {
    const pending = await labels.pending(shipmentId);
    if (!pending) return notFound('shipment');
    const { shipment } = pending;
    if (shipment.status === 'LABEL_PURCHASED') return { kind: 'BuyShipmentLabelSuccess', shipment };
    if (shipment.status !== 'PLANNED') return statusConflict(shipment.status, 'Only a planned shipment gets labels.');
    const carrier = pending.carrier === null ? undefined : carriers.get(pending.carrier);
    if (pending.carrier === null || pending.service === null)
      return statusConflict(shipment.status, 'A pick-up needs no label.');
    if (!carrier) return refuse(pending, `No carrier ${pending.carrier} is set up.`);
    for (const parcel of pending.parcels) {
      const outcome = await buyOne(carrier, pending, parcel, pending.service);
      if (outcome.kind === 'refused') return refuse(pending, outcome.reason);
      await labels.keep(pending, parcel.id, outcome.label, clock());
    }
    const after = (await labels.pending(shipmentId))?.shipment ?? shipment;
    if (after.status === 'CANCELLED') return statusConflict(after.status, 'It was cancelled meanwhile.');
    if (after.status === 'PLANNED')
      return statusConflict(after.status, 'Its address was corrected meanwhile. Buy the labels again.');
    return { kind: 'BuyShipmentLabelSuccess', shipment: after };

    async function refuse(about: PendingLabel, message: string): Promise<BuyLabelsOutcome> {
      await labels.refuse(about, message);
      return { kind: 'LabelRefused', message };
    }

    function buyOne(
      from: Carrier,
      { shipment: of }: PendingLabel,
      parcel: PendingLabel['parcels'][number],
      service: string,
    ) {
      return from.buyLabel({
        key: `${parcel.id}:${of.addressRevision}`,
        parcelId: parcel.id,
        service,
        from: shipFrom,
        to: of.address,
        weightGrams: parcel.weightGrams,
      });
    }
  };

/** The same, asked for by staff with a key of their own. */
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
    return buyLabels(ports)(shipmentId);
  };
