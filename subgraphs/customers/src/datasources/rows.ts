import { type Page, type PageRequest, toPage } from '@cartograph/kernel/page';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import type { Customer } from '../domain/customer.ts';

/** The pool, or one connection in a transaction. */
export type Client = Pick<Database['pool'], 'query'>;

/** Staff and services read of everybody, a customer of themselves, everybody else of nobody. */
export const readable = (viewer: Viewer, customerIds: readonly string[]): string[] =>
  seesEverything(viewer)
    ? [...customerIds]
    : customerIds.filter((id) => viewer.kind === 'customer' && id === viewer.customerId);

/** Rows of many owners, fetched by one statement with `limit + 1` rows for each, as one page per owner. */
export function pagesBy<Row>(
  owners: readonly string[],
  rows: readonly Row[],
  ownerOf: (row: Row) => string,
  { limit }: PageRequest,
): Map<string, Page<Row>> {
  const lists = groupBy(owners, rows, ownerOf);
  return new Map([...lists].map(([owner, list]) => [owner, toPage(list, limit)]));
}

export function groupBy<Row>(
  owners: readonly string[],
  rows: readonly Row[],
  ownerOf: (row: Row) => string,
): Map<string, Row[]> {
  const lists = new Map<string, Row[]>(owners.map((owner) => [owner, []]));
  for (const row of rows) lists.get(ownerOf(row))?.push(row);
  return lists;
}

/** The columns of a customer as the domain names them, for hand-written statements; the table is called c. */
export const CUSTOMER_COLUMNS = `c.id, c.email, c.email_verified_at AS "emailVerifiedAt", c.name, c.phone, c.locale,
  c.tax_exempt AS "taxExempt", c.default_shipping_address_id AS "defaultShippingAddressId",
  c.default_billing_address_id AS "defaultBillingAddressId", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;

/** Pages of customers per group or segment. */
export const customerPages = (
  owners: readonly string[],
  rows: readonly (Customer & { readonly owner: string })[],
  page: PageRequest,
): Map<string, Page<Customer>> => pagesBy(owners, rows, (row) => row.owner, page);

/** A phone number as it is dialled, where it names its country: "0049 (0)170 1234567" as "+491701234567". */
export const dialled = (column: string): string =>
  `regexp_replace(regexp_replace(replace(${column}, '(0)', ''), '[^0-9+]', '', 'g'), '^00', '+')`;
