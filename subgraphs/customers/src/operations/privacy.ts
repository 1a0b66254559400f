import type { Viewer } from '@cartograph/kernel/viewer';
import { normalizeEmail } from '../domain/email.ts';
import { confirmationMismatch, type Refusal } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { subjectOf } from './limits.ts';
import { ownCustomer } from './own-customer.ts';

export interface DataExport {
  readonly generatedAt: Date;
  readonly json: string;
}

export const exportMyData =
  (ports: Ports) =>
  async (viewer: Viewer): Promise<DataExport> => {
    const { id } = await ownCustomer(ports, viewer);
    return { generatedAt: ports.clock(), json: JSON.stringify(await ports.privacy.collect(id)) };
  };

export type EraseMeOutcome =
  | { readonly kind: 'EraseMeSuccess'; readonly erasedAt: Date }
  | Refusal<'ConfirmationMismatch'>;

export const eraseMe =
  (ports: Ports) =>
  async (viewer: Viewer, confirm: string): Promise<EraseMeOutcome> => {
    const customer = await ownCustomer(ports, viewer);
    if (normalizeEmail(confirm) !== customer.email) return confirmationMismatch();
    const erasedAt = ports.clock();
    const emailSubjects = [
      subjectOf(ports, 'sign-in:CUSTOMER', customer.email),
      subjectOf(ports, 'register', customer.email),
      subjectOf(ports, 'reset', `CUSTOMER:${customer.email}`),
      subjectOf(ports, 'verify', customer.id),
      subjectOf(ports, 'password', customer.id),
    ];
    await ports.privacy.erase(customer.id, { id: `customer-erased:${customer.id}`, emailSubjects }, erasedAt);
    ports.wake();
    return { kind: 'EraseMeSuccess', erasedAt };
  };

/** The part of an erasure that goes on behind the answer. Safe to repeat. */
export const finishErasure =
  (ports: Ports) =>
  (customerId: string): Promise<void> =>
    ports.notifications.blank(customerId);
