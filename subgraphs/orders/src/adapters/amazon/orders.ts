import { type Money, money, parseMoney, sum } from '@cartograph/kernel/money';
import type { ChannelLine, ChannelOrder, ChannelOrderState } from '../../domain/channel-order.ts';
import type { PostalAddressInput } from '../../domain/postal-address.ts';

interface Amount {
  readonly amount?: string;
  readonly currencyCode?: string;
}

interface Breakdown {
  readonly type: string;
  readonly subtotal: Amount;
  readonly detailedBreakdowns?: readonly { readonly subtype?: string; readonly value?: Amount }[];
}

interface Item {
  readonly orderItemId: string;
  readonly quantityOrdered: number;
  readonly product: { readonly sellerSku?: string; readonly price?: { readonly unitPrice?: Amount } };
  readonly proceeds?: { readonly breakdowns?: readonly Breakdown[] };
  readonly fulfillment?: { readonly quantityFulfilled?: number; readonly quantityUnfulfilled?: number };
}

interface Address {
  readonly name?: string;
  readonly companyName?: string;
  readonly addressLine1?: string;
  readonly addressLine2?: string;
  readonly addressLine3?: string;
  readonly city?: string;
  readonly stateOrRegion?: string;
  readonly postalCode?: string;
  readonly countryCode?: string;
  readonly phone?: string;
}

/** The parts of Amazon's order that matter here. */
export interface AmazonOrder {
  readonly orderId: string;
  readonly lastUpdatedTime: string;
  readonly recipient?: { readonly deliveryAddress?: Address };
  readonly proceeds?: { readonly grandTotal?: Amount; readonly breakdowns?: readonly Breakdown[] };
  readonly fulfillment?: {
    readonly fulfillmentStatus: string;
    readonly fulfilledBy?: string;
    readonly fulfillmentServiceLevel?: string;
  };
  readonly orderItems: readonly Item[];
}

const STATES: Readonly<Record<string, ChannelOrderState>> = {
  PENDING_AVAILABILITY: 'PENDING',
  PENDING: 'PENDING',
  UNSHIPPED: 'READY',
  PARTIALLY_SHIPPED: 'SHIPPED',
  SHIPPED: 'SHIPPED',
  CANCELLED: 'CANCELLED',
};

/** What Amazon sends from its own warehouses was never on our shelves. */
export const isOurs = ({ fulfillment }: AmazonOrder): boolean =>
  fulfillment?.fulfilledBy !== 'AMAZON' && STATES[fulfillment?.fulfillmentStatus ?? 'PENDING'] !== undefined;

export function toChannelOrder(order: AmazonOrder): ChannelOrder {
  const { orderId, lastUpdatedTime, recipient, fulfillment, orderItems } = order;
  const total = readAmount(order.proceeds?.grandTotal);
  const currency = total?.currency ?? '';
  return {
    externalId: orderId,
    state: STATES[fulfillment?.fulfillmentStatus ?? 'PENDING'] ?? 'PENDING',
    changedAt: new Date(lastUpdatedTime),
    lines: orderItems.map((item) => toLine(item, currency)),
    amounts: total && toAmounts(order, total),
    address: toAddress(recipient?.deliveryAddress),
    service: fulfillment?.fulfillmentServiceLevel ?? null,
  };
}

const GOODS = ['ITEM', 'DISCOUNT', 'TAX'];

/** Everything that is neither goods nor tax is for getting them there. */
function toAmounts({ orderItems, proceeds }: AmazonOrder, total: Money): ChannelOrder['amounts'] {
  const items = orderItems.flatMap((item) => item.proceeds?.breakdowns ?? []);
  const tips = (proceeds?.breakdowns ?? []).filter(({ type }) => type === 'DELIVERY_TIP');
  const tax = items.some(({ type }) => type === 'TAX') ? items : (proceeds?.breakdowns ?? []);
  const shipping = addUp([...items.filter(({ type }) => !GOODS.includes(type)), ...tips], total.currency);
  const taxes = addUp(
    tax.filter(({ type }) => type === 'TAX'),
    total.currency,
  );
  return shipping && taxes && { total, shipping, tax: taxes };
}

function toLine(item: Item, currency: string): ChannelLine {
  const { orderItemId, quantityOrdered, product, proceeds, fulfillment } = item;
  const of = (type: string) => proceeds?.breakdowns?.filter((one) => one.type === type) ?? [];
  const unit = readAmount(product.price?.unitPrice);
  const known = of('ITEM').length > 0 ? addUp(of('ITEM'), currency) : null;
  return {
    id: orderItemId,
    sku: product.sellerSku ?? '',
    quantity: toQuantity(quantityOrdered, fulfillment),
    subtotal: known ?? (unit && money(unit.minor * quantityOrdered, unit.currency)),
    discount: currency === '' ? null : addUp(of('DISCOUNT'), currency),
    tax: currency === '' ? null : addUp(of('TAX').map(onGoods), currency),
  };
}

/** The tax on the goods themselves, where it is told apart from that on shipping. */
function onGoods(tax: Breakdown): Breakdown {
  const item = tax.detailedBreakdowns?.find(({ subtype }) => subtype === 'ITEM')?.value;
  return item ? { ...tax, subtotal: item } : tax;
}

/** What was cancelled of an item is neither sent nor to be sent. */
const toQuantity = (ordered: number, { quantityFulfilled, quantityUnfulfilled }: Item['fulfillment'] = {}): number =>
  quantityFulfilled === undefined || quantityUnfulfilled === undefined
    ? ordered
    : Math.min(ordered, quantityFulfilled + quantityUnfulfilled);

/** Null when a part cannot be read. What is taken off has a minus in some marketplaces and none in others. */
function addUp(breakdowns: readonly Breakdown[], currency: string): Money | null {
  const amounts = breakdowns.map(({ subtotal }) => readAmount(subtotal));
  if (amounts.some((amount) => amount?.currency !== currency)) return null;
  return sum(
    amounts.flatMap((amount) => (amount ? [money(Math.abs(amount.minor), currency)] : [])),
    currency,
  );
}

/** Null instead of an error: an order that cannot be read must not hide the others. */
function readAmount(amount: Amount | undefined): Money | null {
  if (!amount?.amount || !amount.currencyCode) return null;
  try {
    return parseMoney(amount.amount, amount.currencyCode);
  } catch {
    return null;
  }
}

function toAddress(address: Address | undefined): PostalAddressInput | null {
  if (!address?.countryCode) return null;
  const lines = [address.addressLine1, address.addressLine2, address.addressLine3].filter((line) => line?.trim());
  return {
    name: address.name ?? '',
    company: address.companyName ?? null,
    line1: lines[0] ?? '',
    line2: lines.slice(1).join(', ') || null,
    city: address.city ?? '',
    region: address.stateOrRegion ?? null,
    postalCode: address.postalCode ?? null,
    countryCode: address.countryCode,
    phone: address.phone ?? null,
  };
}
