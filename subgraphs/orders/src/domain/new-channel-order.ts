import { type Money, money } from '@cartograph/kernel/money';
import { type ChannelLine, type ChannelOrder, type ChannelTrouble, type PlacedLine, trouble } from './channel-order.ts';
import type { CheckoutVariant } from './checkout.ts';
import type { NewOrder, OrderLine } from './order.ts';
import { type PostalAddress, readAddress } from './postal-address.ts';
import { createInputReader } from './text-input.ts';

const MAX_LINES = 100;
const MAX_QUANTITY = 9_999;

/** The channel's lines of one variant, which are one line here. */
export interface ChannelGoods {
  readonly variant: CheckoutVariant;
  readonly variantId: string;
  readonly quantity: number;
  readonly lines: readonly ChannelLine[];
}

/** Which of our goods were sold, or why nobody can tell. */
export function readGoods(
  { lines }: ChannelOrder,
  variants: readonly CheckoutVariant[],
): readonly ChannelGoods[] | ChannelTrouble {
  const bySku = new Map(variants.map((variant) => [variant.sku, variant]));
  const sold = lines.filter(({ quantity }) => quantity > 0);
  const unknown = [...new Set(sold.map(({ sku }) => sku))].filter((sku) => !bySku.has(sku));
  if (unknown.length > 0) return trouble('UNKNOWN_SKU', `No variant has the SKU ${unknown.join(', ')}.`);
  const goods = [...new Set(sold.map(({ sku }) => sku))].flatMap((sku) => {
    const variant = bySku.get(sku);
    const its = sold.filter((line) => line.sku === sku);
    return variant ? [{ variant, variantId: variant.id, quantity: sumOf(its), lines: its }] : [];
  });
  if (goods.length === 0) return trouble('BAD_LINES', 'There is nothing in it.');
  if (goods.length > MAX_LINES) return trouble('BAD_LINES', `It has more than ${MAX_LINES} different variants.`);
  if (goods.some(({ quantity }) => quantity > MAX_QUANTITY))
    return trouble('BAD_LINES', `It has more than ${MAX_QUANTITY} of one variant.`);
  return goods;
}

const sumOf = (lines: readonly ChannelLine[]): number => lines.reduce((all, { quantity }) => all + quantity, 0);

interface Made {
  readonly channel: string;
  readonly order: ChannelOrder;
  readonly goods: readonly ChannelGoods[];
  readonly shippingMethodId: string;
  readonly buyerId: string;
  readonly id: string;
  readonly number: string;
  readonly newLineId: () => string;
}

/** The channel's order as ours, at the channel's prices; or what is wrong with it. */
export function toNewChannelOrder(made: Made): NewOrder | ChannelTrouble {
  const { order, goods, id, number, buyerId } = made;
  const priced = readAmounts(order, goods);
  if ('problem' in priced) return priced;
  const requiresShipping = goods.some(({ variant }) => variant.requiresShipping);
  const address = requiresShipping ? readShippingAddress(order) : null;
  if (address && 'problem' in address) return address;
  const { currency, parts, shipping, tax, total, pricesIncludeTax } = priced;
  const lines = goods.map((one, index) => toLine(made, one, parts[index] as Part, pricesIncludeTax, currency));
  return {
    ...{ id, number, buyerId, currency, pricesIncludeTax, lines },
    channel: {
      name: made.channel,
      externalId: order.externalId,
      lines: goods.flatMap((one) => one.lines.map(toPlacedLine)),
    },
    cartId: null,
    subtotal: sumMoney(lines, 'subtotal', currency),
    discountTotal: sumMoney(lines, 'discountTotal', currency),
    shippingTotal: money(shipping, currency),
    taxTotal: money(tax, currency),
    total: money(total, currency),
    // The channel tells how much it is, and neither why nor at which rate.
    discounts: [],
    taxLines: [],
    // The channel writes to its buyers itself.
    email: '',
    locale: 'en',
    note: null,
    shippingAddress: address,
    billingAddress: null,
    shippingMethodId: requiresShipping ? made.shippingMethodId : null,
    shippingMethodName: requiresShipping ? (order.service ?? made.channel) : null,
    weightGrams: goods.reduce((grams, { variant, quantity }) => grams + variant.weightGrams * quantity, 0),
    parentId: null,
    credit: money(0, currency),
    payBy: null,
  };
}

const toPlacedLine = ({ id, sku, quantity }: ChannelLine): PlacedLine => ({ id, sku, quantity });

/** What one variant costs in all, in minor units. */
interface Part {
  readonly unit: number;
  readonly subtotal: number;
  readonly discount: number;
  readonly tax: number;
}

interface Amounts {
  readonly currency: string;
  readonly parts: readonly Part[];
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
  readonly pricesIncludeTax: boolean;
}

/** The channel's amounts, if they add up: an order that does not is never taken in at a sum of our own. */
function readAmounts({ amounts, lines }: ChannelOrder, goods: readonly ChannelGoods[]): Amounts | ChannelTrouble {
  if (!amounts || lines.some(({ subtotal }) => subtotal === null))
    return trouble('BAD_AMOUNTS', 'The channel does not tell what it costs.');
  const { currency } = amounts.total;
  const all = [amounts.shipping, amounts.tax, ...lines.flatMap((line) => [line.subtotal, line.discount, line.tax])];
  if (all.some((amount) => amount && (amount.currency !== currency || amount.minor < 0)))
    return trouble('BAD_AMOUNTS', 'Its amounts are of several currencies, or less than nothing.');
  const parts = goods.map(toPart);
  if (parts.some(({ discount, subtotal }) => discount > subtotal))
    return trouble('BAD_AMOUNTS', 'More is taken off a line than it costs.');
  const [shipping, tax, total] = [amounts.shipping.minor, amounts.tax.minor, amounts.total.minor];
  const net = parts.reduce((sum, part) => sum + part.subtotal - part.discount, shipping);
  // Where the channel adds no tax, it is in the prices.
  if (net + tax === total) return { currency, parts, shipping, tax, total, pricesIncludeTax: tax === 0 };
  if (net === total) return { currency, parts, shipping, tax, total, pricesIncludeTax: true };
  return trouble('BAD_AMOUNTS', `Its parts make ${net + tax} and its total ${total}, in minor units of ${currency}.`);
}

/** A price per piece that is whole in minor units; what it is too much is a discount. */
function toPart({ lines, quantity }: ChannelGoods): Part {
  const sum = (key: 'subtotal' | 'discount' | 'tax') => lines.reduce((all, line) => all + (line[key]?.minor ?? 0), 0);
  const unit = Math.ceil(sum('subtotal') / quantity);
  const subtotal = unit * quantity;
  return { unit, subtotal, discount: sum('discount') + subtotal - sum('subtotal'), tax: sum('tax') };
}

function toLine(
  { id: orderId, newLineId }: Made,
  { variant, quantity }: ChannelGoods,
  { unit, subtotal, discount, tax }: Part,
  pricesIncludeTax: boolean,
  currency: string,
): OrderLine {
  return {
    ...{ id: newLineId(), orderId, quantity, variantId: variant.id, productId: variant.productId },
    ...{ productTitle: variant.productTitle, title: variant.title, sku: variant.sku, imageUrl: variant.imageUrl },
    unitPrice: money(unit, currency),
    subtotal: money(subtotal, currency),
    discounts: [],
    discountTotal: money(discount, currency),
    taxLines: [],
    taxTotal: money(tax, currency),
    total: money(subtotal - discount + (pricesIncludeTax ? 0 : tax), currency),
    requiresShipping: variant.requiresShipping,
  };
}

const sumMoney = (lines: readonly OrderLine[], key: 'subtotal' | 'discountTotal', currency: string): Money =>
  money(
    lines.reduce((sum, line) => sum + line[key].minor, 0),
    currency,
  );

function readShippingAddress({ address }: ChannelOrder): PostalAddress | ChannelTrouble {
  if (!address) return trouble('BAD_ADDRESS', 'The channel does not tell where it goes.');
  const read = createInputReader();
  const checked = readAddress(read, [], address);
  // Neither tax nor price of it depends on the region, which channels write as they like.
  const issues = read.issues.filter(({ path }) => path[0] !== 'region');
  return issues.length === 0
    ? checked
    : trouble('BAD_ADDRESS', issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '));
}

/**
 * Pieces of our lines as pieces of the channel's: a shipment has those that come after the pieces of the shipments with
 * smaller ids, so that each piece of the channel's is told once.
 */
export function toChannelPieces(
  placed: readonly PlacedLine[],
  pieces: readonly { readonly sku: string; readonly quantity: number; readonly before: number }[],
): readonly { readonly lineId: string; readonly quantity: number }[] {
  return pieces.flatMap(({ sku, quantity, before }) => {
    let start = 0;
    return placed
      .filter((line) => line.sku === sku)
      .flatMap((line) => {
        const [from, to] = [Math.max(start, before), Math.min(start + line.quantity, before + quantity)];
        start += line.quantity;
        return to > from ? [{ lineId: line.id, quantity: to - from }] : [];
      });
  });
}
