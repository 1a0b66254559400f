import { CodedError } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type Customer, type CustomerChange, readLocale, readName, readPhone } from '../domain/customer.ts';
import { createInputReader, type InputReader, invalidInput } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { ownId } from './own-customer.ts';

export interface ProfileInput {
  readonly name?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly locale?: string | null | undefined;
}

export type UpdateProfileOutcome =
  | { readonly kind: 'UpdateProfileSuccess'; readonly customer: Customer }
  | InvalidInput;

export const updateProfile =
  (ports: Ports) =>
  async (viewer: Viewer, input: ProfileInput): Promise<UpdateProfileOutcome> => {
    const reader = createInputReader();
    const change = readProfile(input, reader);
    if (reader.issues.length > 0) return invalidInput(reader.issues);
    const customer = await ports.customers.change(ownId(viewer), change, ports.clock());
    if (!customer) throw new CodedError('UNAUTHENTICATED', 'This account does not exist any more.');
    return { kind: 'UpdateProfileSuccess', customer };
  };

export interface UpdateCustomerInput extends ProfileInput {
  readonly id: string;
  readonly taxExempt?: boolean | null | undefined;
}

export type UpdateCustomerOutcome =
  | { readonly kind: 'UpdateCustomerSuccess'; readonly customer: Customer }
  | NotFound
  | InvalidInput;

/** For staff; the rule in front lets nobody else in. */
export const updateCustomer =
  (ports: Ports) =>
  async (input: UpdateCustomerInput): Promise<UpdateCustomerOutcome> => {
    const reader = createInputReader();
    const change: CustomerChange = {
      ...readProfile(input, reader),
      ...(typeof input.taxExempt === 'boolean' && { taxExempt: input.taxExempt }),
    };
    if (reader.issues.length > 0) return invalidInput(reader.issues);
    const known = isId('Customer', input.id);
    const customer = known ? await ports.customers.change(input.id, change, ports.clock()) : null;
    return customer ? { kind: 'UpdateCustomerSuccess', customer } : notFound('customer');
  };

/** What is left out stays; null and blank empty what may be empty. */
function readProfile({ name, phone, locale }: ProfileInput, reader: InputReader): CustomerChange {
  const clearable = (field: string, value: string | null | undefined, read: (text: string) => string) => {
    if (value === undefined) return undefined;
    return value?.trim() ? reader.read([field], () => read(value)) : null;
  };
  return {
    name: clearable('name', name, readName),
    phone: clearable('phone', phone, readPhone),
    locale: locale == null ? undefined : reader.read(['locale'], () => readLocale(locale)),
  };
}
