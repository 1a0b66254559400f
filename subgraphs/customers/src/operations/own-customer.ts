import { CodedError } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Customer } from '../domain/customer.ts';
import type { Ports } from '../ports.ts';

/** The signed-in customer's id. */
export function ownId(viewer: Viewer): string {
  if (viewer.kind !== 'customer') throw new CodedError('UNAUTHENTICATED');
  return viewer.customerId;
}

/** The signed-in customer. Their token may outlive the account: an erased customer is nobody. */
export async function ownCustomer(ports: Ports, viewer: Viewer): Promise<Customer> {
  const [customer] = await ports.customers.findByIds(viewer, [ownId(viewer)]);
  if (!customer) throw new CodedError('UNAUTHENTICATED', 'This account does not exist any more.');
  return customer;
}
