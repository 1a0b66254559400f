import type { Answer, Call } from '@cartograph/contract-server/check';
import type { Handler } from '@cartograph/contract-server/server';
import { amazonError } from './amazon-limits.ts';
import { createOrderFeeds } from './amazon-order-feeds.ts';

type Status = 'PENDING' | 'UNSHIPPED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'CANCELLED';

export interface SoldItem {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  /** Per piece, as a decimal. */
  readonly price: string;
  shipped: number;
  refunded: number;
}

export interface Sale {
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly price: string }[];
  readonly currency?: string;
  readonly marketplaceId?: string;
  readonly status?: 'PENDING' | 'UNSHIPPED';
  readonly shipping?: string;
  readonly tax?: string;
  readonly fulfilledBy?: 'MERCHANT' | 'AMAZON';
}

export interface SoldOrder extends Required<Omit<Sale, 'items' | 'status'>> {
  readonly id: string;
  readonly items: SoldItem[];
  readonly createdTime: string;
  status: Status;
  updatedAt: number;
  /** Our number for it. */
  alias: string | null;
  cancelReason: string | null;
  readonly packages: {
    readonly reference: string;
    readonly carrier: string;
    readonly tracking: string;
    readonly items: readonly (readonly [string, number])[];
  }[];
}

const ADDRESS = {
  ...{ name: 'Grace Hopper', addressLine1: 'Torstrasse 1', addressLine2: 'Hof 2', city: 'Berlin' },
  ...{
    postalCode: '10119',
    countryCode: 'DE',
    stateOrRegion: 'Berlin',
    phone: '+49 30 1234567',
    addressType: 'RESIDENTIAL',
  },
};

/** What a seller has sold: orders that are searched by when they have changed, and told about by feeds. */
export function createAmazonOrders() {
  const orders = new Map<string, SoldOrder>();
  const tokens = new Map<string, { readonly ids: readonly string[]; readonly before: string }>();
  let pageSize = 100;
  let lagMs = 0;
  let last = 0;

  /** Never the same moment twice. */
  function touch(order: SoldOrder): void {
    last = Math.max(last + 1, Date.now());
    order.updatedAt = last;
  }

  function find(id: string): SoldOrder {
    const order = orders.get(id);
    if (!order) throw new Error(`there is no order ${id}`);
    return order;
  }

  function search({ query }: Call): Answer {
    const {
      lastUpdatedAfter,
      marketplaceIds,
      fulfilledBy,
      maxResultsPerPage,
      paginationToken,
      includedData = [],
    } = query;
    if (!lastUpdatedAfter) return amazonError(400, 'InvalidInput', 'Provide createdAfter or lastUpdatedAfter.');
    const size = Math.min(Number(maxResultsPerPage ?? 100), pageSize);
    const known = paginationToken === undefined ? null : tokens.get(String(paginationToken));
    if (known === undefined) return amazonError(400, 'InvalidInput', 'The pagination token is not valid.');
    const before = known?.before ?? new Date(Date.now() - lagMs).toISOString();
    const ids =
      known?.ids ??
      [...orders.values()]
        .filter(
          (order) =>
            order.updatedAt >= Date.parse(String(lastUpdatedAfter)) &&
            order.updatedAt <= Math.max(Date.parse(before), lagMs === 0 ? last : 0) &&
            ((marketplaceIds as string[] | undefined)?.includes(order.marketplaceId) ?? true) &&
            ((fulfilledBy as string[] | undefined)?.includes(order.fulfilledBy) ?? true),
        )
        .sort((one, other) => one.updatedAt - other.updatedAt)
        .map(({ id }) => id);
    const rest = ids.slice(size);
    const nextToken = rest.length > 0 ? `page-${tokens.size + 1}` : undefined;
    if (nextToken) tokens.set(nextToken, { ids: rest, before });
    return {
      status: 200,
      body: {
        orders: ids.slice(0, size).map((id) => toBody(find(id), includedData as string[])),
        ...(nextToken && { pagination: { nextToken } }),
        lastUpdatedBefore: before,
      },
    };
  }

  const answers: Readonly<Record<string, Handler>> = {
    searchOrders: search,
    getOrder({ params, query }) {
      const order = orders.get(params.orderId ?? '');
      if (!order) return amazonError(404, 'NotFound', 'There is no such order.');
      return { status: 200, body: { order: toBody(order, (query.includedData ?? []) as string[]) } };
    },
  };

  return {
    answers,
    /** Feed types with what works them off, for the double's feeds to understand. */
    feedTypes: createOrderFeeds(orders, touch),
    sell({ items, status = 'UNSHIPPED', ...given }: Sale): string {
      const number = String(orders.size + 1).padStart(7, '0');
      const id = `302-${number}-${number}`;
      const order: SoldOrder = {
        ...{
          currency: 'EUR',
          marketplaceId: 'A1PA6795UKMFR9',
          shipping: '0.00',
          tax: '0.00',
          fulfilledBy: 'MERCHANT' as const,
        },
        ...given,
        ...{
          id,
          status,
          createdTime: new Date().toISOString(),
          updatedAt: 0,
          alias: null,
          cancelReason: null,
          packages: [],
        },
        items: items.map((item, index) => ({ ...item, id: `${number}${index + 1}`, shipped: 0, refunded: 0 })),
      };
      touch(order);
      orders.set(id, order);
      return id;
    },
    /** The buyer's money has come. */
    collect(id: string): void {
      const order = find(id);
      if (order.status === 'PENDING') order.status = 'UNSHIPPED';
      touch(order);
    },
    cancel(id: string): void {
      const order = find(id);
      order.status = 'CANCELLED';
      touch(order);
    },
    /** Something of it changes that matters to nobody here. */
    touch: (id: string): void => touch(find(id)),
    order: (id: string): Readonly<SoldOrder> => find(id),
    setPageSize: (size: number): void => {
      pageSize = size;
    },
    /** How far what is searched is behind. */
    setLag: (ms: number): void => {
      lagMs = ms;
    },
  };
}

export type AmazonOrders = ReturnType<typeof createAmazonOrders>;

/** What its buyer pays. */
const sum = (order: SoldOrder): string =>
  order.items
    .reduce((all, { price, quantity }) => all + Number(price) * quantity, Number(order.shipping) + Number(order.tax))
    .toFixed(2);

/** The order as Amazon shows it, with what was asked for of it. */
function toBody(order: SoldOrder, included: readonly string[]) {
  const { id, currency, createdTime, status, fulfilledBy, marketplaceId, alias, shipping, tax, items } = order;
  const amount = (value: string) => ({ amount: value, currencyCode: currency });
  const isCollected = status !== 'PENDING';
  const has = (part: string) => included.includes(part);
  return {
    ...{ orderId: id, createdTime, lastUpdatedTime: new Date(order.updatedAt).toISOString() },
    salesChannel: { channelName: 'AMAZON', marketplaceId },
    ...(alias !== null && { orderAliases: [{ aliasId: alias, aliasType: 'SELLER_ORDER_ID' }] }),
    // Whose it is, and where it goes, is nobody's business before it is paid.
    ...(has('BUYER') &&
      isCollected && { buyer: { buyerEmail: 'abc@marketplace.amazon.de', buyerName: 'Grace Hopper' } }),
    ...(has('RECIPIENT') && isCollected && { recipient: { deliveryAddress: ADDRESS } }),
    ...(has('PROCEEDS') && isCollected && { proceeds: { grandTotal: amount(sum(order)) } }),
    ...(has('FULFILLMENT') && {
      fulfillment: { fulfillmentStatus: status, fulfilledBy, fulfillmentServiceLevel: 'STANDARD' },
    }),
    orderItems: items.map((item, index) => ({
      ...{ orderItemId: item.id, quantityOrdered: item.quantity },
      product: { asin: 'B000000000', title: item.sku, sellerSku: item.sku, price: { unitPrice: amount(item.price) } },
      ...(has('PROCEEDS') &&
        isCollected && {
          proceeds: {
            breakdowns: [
              { type: 'ITEM', subtotal: amount((Number(item.price) * item.quantity).toFixed(2)) },
              ...(index === 0 && Number(shipping) > 0 ? [{ type: 'SHIPPING', subtotal: amount(shipping) }] : []),
              ...(index === 0 && Number(tax) > 0 ? [{ type: 'TAX', subtotal: amount(tax) }] : []),
            ],
          },
        }),
      ...(has('FULFILLMENT') && {
        fulfillment: { quantityFulfilled: item.shipped, quantityUnfulfilled: item.quantity - item.shipped },
      }),
    })),
  };
}
