import { type Page, type PageRequest, readPage } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { CustomerGroup, Segment } from '../domain/audience.ts';
import { type Customer, searchWords } from '../domain/customer.ts';
import type { Notification, NotificationFilter } from '../domain/notification.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { Ports } from '../ports.ts';

export interface PageArgs {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** One page, and what it was asked for. */
export interface Listing<T> {
  readonly page: Page<T>;
  readonly after: PageRequest['after'];
}

export const list = async <T>(args: PageArgs, fetch: (page: PageRequest) => Promise<Page<T>>): Promise<Listing<T>> => {
  const request = readPage(args);
  return { page: await fetch(request), after: request.after };
};

export const listCustomers =
  (ports: Ports) =>
  (
    viewer: Viewer,
    { query, ...args }: PageArgs & { readonly query?: string | null | undefined },
  ): Promise<Listing<Customer>> =>
    list(args, (page) => ports.customers.list(viewer, { words: searchWords(query ?? '') }, page));

export const listCustomerGroups =
  (ports: Ports) =>
  (args: PageArgs): Promise<Listing<CustomerGroup>> =>
    list(args, (page) => ports.groups.list(page));

export const listSegments =
  (ports: Ports) =>
  (args: PageArgs): Promise<Listing<Segment>> =>
    list(args, (page) => ports.segments.list(page));

export const listStaff =
  (ports: Ports) =>
  (args: PageArgs): Promise<Listing<StaffMember>> =>
    list(args, (page) => ports.staff.list(page));

export const listNotifications =
  (ports: Ports) =>
  (
    viewer: Viewer,
    {
      customerId = null,
      status = null,
      ...args
    }: PageArgs & { readonly [Key in keyof NotificationFilter]?: NotificationFilter[Key] | undefined },
  ): Promise<Listing<Notification>> =>
    list(args, (page) => ports.notifications.list(viewer, { customerId, status }, page));

export const findStaff =
  (ports: Ports) =>
  (viewer: Viewer): Promise<StaffMember | null> =>
    viewer.kind === 'staff' ? ports.staff.findById(viewer.staffId) : Promise.resolve(null);
