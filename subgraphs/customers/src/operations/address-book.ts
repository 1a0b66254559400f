import { isId } from '@cartograph/kernel/id';
import type { PostalAddressInput } from '@cartograph/kernel/postal-address';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type Address, type AddressUse, readPostalAddress } from '../domain/address.ts';
import type { Customer } from '../domain/customer.ts';
import { addressBookFull, addressIdTaken, createInputReader, invalidInput, type Refusal } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { ownCustomer, ownId } from './own-customer.ts';

export interface AddAddressInput {
  readonly id?: string | null | undefined;
  readonly address: PostalAddressInput;
  readonly defaultFor: readonly AddressUse[];
}

export type AddAddressOutcome =
  | { readonly kind: 'AddAddressSuccess'; readonly address: Address }
  | Refusal<'AddressIdTaken'>
  | Refusal<'AddressBookFull'>
  | InvalidInput;

export const addAddress =
  (ports: Ports) =>
  async (viewer: Viewer, input: AddAddressInput): Promise<AddAddressOutcome> => {
    const reader = createInputReader();
    const address = readPostalAddress(input.address, reader);
    const id = input.id ?? ports.newId('Address');
    if (!isId('Address', id))
      reader.add(['id'], '"id" must be "Address:" and a ULID: 26 capitals and digits without I, L, O and U.');
    if (reader.issues.length > 0) return invalidInput(reader.issues);
    const { id: customerId } = await ownCustomer(ports, viewer);
    const defaultFor = [...new Set(input.defaultFor)].sort();
    const inputDigest = ports.secrets.hash(JSON.stringify([address, defaultFor]));
    const added = await ports.addresses.add({ id, customerId, address, defaultFor, inputDigest }, ports.clock());
    if (added === 'taken') return addressIdTaken();
    if (added === 'full') return addressBookFull();
    const [stored] = await ports.addresses.findByIds(viewer, [id]);
    // Removed by another request in between: to the caller it is as if that one had come first.
    return stored ? { kind: 'AddAddressSuccess', address: stored } : addressIdTaken();
  };

export interface UpdateAddressInput {
  readonly id: string;
  readonly address: PostalAddressInput;
}

export type UpdateAddressOutcome =
  | { readonly kind: 'UpdateAddressSuccess'; readonly address: Address }
  | NotFound
  | InvalidInput;

export const updateAddress =
  (ports: Ports) =>
  async (viewer: Viewer, input: UpdateAddressInput): Promise<UpdateAddressOutcome> => {
    const reader = createInputReader();
    const address = readPostalAddress(input.address, reader);
    if (reader.issues.length > 0) return invalidInput(reader.issues);
    if (!(await ports.addresses.replace(ownId(viewer), input.id, address, ports.clock()))) return notFound('address');
    const [stored] = await ports.addresses.findByIds(viewer, [input.id]);
    return stored ? { kind: 'UpdateAddressSuccess', address: stored } : notFound('address');
  };

export type RemoveAddressOutcome =
  | { readonly kind: 'RemoveAddressSuccess'; readonly removedId: string; readonly customer: Customer }
  | NotFound;

export const removeAddress =
  (ports: Ports) =>
  async (viewer: Viewer, id: string): Promise<RemoveAddressOutcome> => {
    if (!(await ports.addresses.remove(ownId(viewer), id))) return notFound('address');
    return { kind: 'RemoveAddressSuccess', removedId: id, customer: await ownCustomer(ports, viewer) };
  };

export interface SetDefaultAddressInput {
  readonly id: string;
  readonly uses: readonly AddressUse[];
}

export type SetDefaultAddressOutcome =
  | { readonly kind: 'SetDefaultAddressSuccess'; readonly customer: Customer }
  | NotFound
  | InvalidInput;

export const setDefaultAddress =
  (ports: Ports) =>
  async (viewer: Viewer, { id, uses }: SetDefaultAddressInput): Promise<SetDefaultAddressOutcome> => {
    if (uses.length === 0)
      return invalidInput([{ path: ['uses'], message: '"uses" must name SHIPPING, BILLING or both.' }]);
    if (!(await ports.addresses.setDefault(ownId(viewer), id, uses, ports.clock()))) return notFound('address');
    return { kind: 'SetDefaultAddressSuccess', customer: await ownCustomer(ports, viewer) };
  };
