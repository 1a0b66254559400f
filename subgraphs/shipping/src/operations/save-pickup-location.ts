import type { PostalAddressInput } from '@cartograph/kernel/postal-address';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { addressIssues, toAddress } from '../domain/address.ts';
import type { PickupLocation } from '../domain/method.ts';
import { textIssue } from '../domain/text-issue.ts';
import type { Ports } from '../ports.ts';

export interface SavePickupInput {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly address: PostalAddressInput;
  readonly openingHours: string;
  readonly active: boolean;
}

export type SavePickupOutcome =
  | { readonly kind: 'SavePickupLocationSuccess'; readonly location: PickupLocation }
  | InvalidInput
  | NotFound;

/** Adds a place to collect orders, or replaces one. */
export const savePickupLocation =
  ({ pickups, newId, clock }: Pick<Ports, 'pickups' | 'newId' | 'clock'>) =>
  async (input: SavePickupInput): Promise<SavePickupOutcome> => {
    const address = toAddress(input.address);
    const issues = [
      ...textIssue(['name'], input.name, { max: 80 }),
      ...textIssue(['openingHours'], input.openingHours, { max: 300 }),
      ...addressIssues(['address'], address),
    ];
    if (issues.length > 0) return invalidInput(issues);
    const location = {
      id: input.id ?? newId('PickupLocation'),
      name: input.name.trim(),
      address,
      openingHours: input.openingHours.trim(),
      active: input.active,
    };
    const saved = await pickups.save(location, input.id == null, clock());
    return saved === 'saved' ? { kind: 'SavePickupLocationSuccess', location } : notFound('pick-up location');
  };
