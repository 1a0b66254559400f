import { toMoneyOutput } from '@cartograph/kernel/money';
import { readPage, toConnection } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import type { OrderLineResolvers, OrderResolvers } from '../../generated/graphql.ts';
import { isCancellable } from '../domain/order-status.ts';

export const Order: OrderResolvers = {
  // The router asks for many keys in one `_entities` call; the loader makes them one read.
  __resolveReference: ({ id }, { loaders }) => loaders.orderById.load(id),
  lines: async ({ id }, _args, { loaders }) => [...(await loaders.linesByOrderId.load(id))],
  quantity: async ({ id }, _args, { loaders }) =>
    (await loaders.linesByOrderId.load(id)).reduce((all, { quantity }) => all + quantity, 0),
  currencyCode: ({ currency }) => currency,
  subtotal: ({ subtotal }) => toMoneyOutput(subtotal),
  discountTotal: ({ discountTotal }) => toMoneyOutput(discountTotal),
  shippingTotal: ({ shippingTotal }) => toMoneyOutput(shippingTotal),
  taxTotal: ({ taxTotal }) => toMoneyOutput(taxTotal),
  total: ({ total }) => toMoneyOutput(total),
  // Customers own Customer: answer with its key and let the router fetch the rest. A guest is nobody there.
  customer: ({ buyerId }) => (buyerId.startsWith('Customer:') ? { __typename: 'Customer', id: buyerId } : null),
  shippingMethod: ({ shippingMethodId }) =>
    shippingMethodId === null ? null : { __typename: 'ShippingMethod', id: shippingMethodId },
  channel: ({ channel }, _args, { viewer }) => (seesEverything(viewer) ? channel : null),
  cancellable: ({ status }) => isCancellable(status),
  credit: ({ credit }) => toMoneyOutput(credit),
  amountDue: ({ status, total, credit }) =>
    toMoneyOutput({ ...total, minor: status === 'AWAITING_PAYMENT' ? total.minor - credit.minor : 0 }),
  followUpOf: ({ parentId }, _args, { loaders }) => (parentId === null ? null : loaders.orderById.load(parentId)),
  edits: async ({ id }, _args, { loaders }) => [...(await loaders.editsByOrderId.load(id))],
  returns: async ({ id }, _args, { loaders }) => [...(await loaders.returnsByOrderId.load(id))],
  stuckSteps: async ({ id }, _args, { loaders }) => [...(await loaders.stuckStepsByOrderId.load(id))],
  timeline: async ({ id }, args, { loaders }) => {
    const page = readPage(args);
    return toConnection(await loaders.eventsByOrderId.load({ id, page }), page.after, (event) => [event.id]);
  },
};

export const OrderLine: OrderLineResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.orderLineById.load(id),
  variant: ({ variantId }) => ({ __typename: 'Variant', id: variantId }),
  unitPrice: ({ unitPrice }) => toMoneyOutput(unitPrice),
  subtotal: ({ subtotal }) => toMoneyOutput(subtotal),
  discountTotal: ({ discountTotal }) => toMoneyOutput(discountTotal),
  taxTotal: ({ taxTotal }) => toMoneyOutput(taxTotal),
  total: ({ total }) => toMoneyOutput(total),
};
