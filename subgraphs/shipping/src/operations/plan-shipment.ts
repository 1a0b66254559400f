import { badInput, CodedError } from '@cartograph/kernel/errors';
import type { PostalAddressInput } from '@cartograph/kernel/postal-address';
import { toAddress } from '../domain/address.ts';
import { type PlannedLine, planShipments } from '../domain/packing.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { Ports } from '../ports.ts';

export interface PlanShipmentInput {
  readonly orderId: string;
  readonly buyerId: string;
  readonly methodId: string;
  readonly address: PostalAddressInput;
  readonly lines: readonly PlannedLine[];
  readonly weightGrams: number;
  readonly pickupLocationId?: string | null | undefined;
}

const MAX_LINES = 500;
const MAX_WAREHOUSES = 100;

/** Plans an order's delivery once, and gives the first of its shipments. Called by checkout, so refusals are errors. */
export const planShipment =
  ({ shipments, calendar, clock, newId, autoBuyLabels }: Ports) =>
  async ({ lines, weightGrams, ...input }: PlanShipmentInput): Promise<Shipment> => {
    if (lines.length < 1 || lines.length > MAX_LINES) throw badInput(`"lines" must have from 1 to ${MAX_LINES} lines.`);
    if (lines.some(({ quantity }) => quantity < 1)) throw badInput('"quantity" must be 1 or more.');
    if (weightGrams < 0) throw badInput('"weightGrams" must be 0 or more.');
    const planned = planShipments(lines, weightGrams);
    if (planned.length > MAX_WAREHOUSES) throw badInput(`An order leaves at most ${MAX_WAREHOUSES} warehouses.`);
    const now = clock();
    const outcome = await shipments.plan({
      orderId: input.orderId,
      buyerId: input.buyerId,
      methodId: input.methodId,
      pickupLocationId: input.pickupLocationId ?? null,
      address: toAddress(input.address),
      shipments: planned.map((one) => ({
        ...one,
        id: newId('Shipment'),
        parcelIds: one.parcelGrams.map(() => newId('Parcel')),
      })),
      days: calendar(now).days,
      autoBuyLabels,
      now,
    });
    if (outcome.kind === 'barred') throw new CodedError('CONFLICT', 'The shipments of this order were cancelled.');
    if (outcome.kind === 'no-method') throw badInput('"methodId" names no shipping method.');
    if (outcome.kind === 'no-pickup') throw badInput('There is no pick-up location for this order.');
    return outcome.shipments[0] as Shipment;
  };
