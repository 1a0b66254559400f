import type { PostalAddressInput } from '@cartograph/kernel/postal-address';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { addressIssues, toAddress } from '../domain/address.ts';
import { type Shipment, type ShipmentStatusConflict, statusConflict } from '../domain/shipment.ts';
import type { Change, Ports } from '../ports.ts';

type Changed<Kind extends string> =
  | { readonly kind: Kind; readonly shipment: Shipment }
  | ShipmentStatusConflict
  | NotFound;

export type CancelShipmentOutcome = Changed<'CancelShipmentSuccess'>;
export type MarkHandedOverOutcome = Changed<'MarkHandedOverSuccess'>;
export type CorrectShipmentAddressOutcome = Changed<'CorrectShipmentAddressSuccess'> | InvalidInput;

export const cancelShipment =
  ({ shipments, clock }: Ports) =>
  async (shipmentId: string): Promise<CancelShipmentOutcome> =>
    outcome('CancelShipmentSuccess', await shipments.cancel(shipmentId, clock()), 'It has left the warehouse.');

export const cancelShipments =
  ({ shipments, clock }: Ports) =>
  (orderId: string): Promise<boolean> =>
    shipments.cancelOrder(orderId, clock());

export const markHandedOver =
  ({ shipments, clock }: Ports) =>
  async (shipmentId: string): Promise<MarkHandedOverOutcome> =>
    outcome(
      'MarkHandedOverSuccess',
      await shipments.handOver(shipmentId, clock()),
      'Only a labelled delivery or a planned pick-up is handed over.',
    );

export const correctShipmentAddress =
  ({ shipments, clock, autoBuyLabels }: Ports) =>
  async (input: {
    readonly shipmentId: string;
    readonly address: PostalAddressInput;
  }): Promise<CorrectShipmentAddressOutcome> => {
    const address = toAddress(input.address);
    const issues = addressIssues(['address'], address);
    if (issues.length > 0) return invalidInput(issues);
    return outcome(
      'CorrectShipmentAddressSuccess',
      await shipments.correctAddress(input.shipmentId, address, clock(), autoBuyLabels),
      'Its labels are bought. Cancel it instead.',
    );
  };

function outcome<Kind extends string>(kind: Kind, change: Change, refusal: string): Changed<Kind> {
  if (change.kind === 'absent') return notFound('shipment');
  if (change.kind === 'refused') return statusConflict(change.shipment.status, refusal);
  return { kind, shipment: change.shipment };
}
