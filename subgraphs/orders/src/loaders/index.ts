import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import { createActiveCartByBuyer } from './active-cart-by-buyer.ts';
import { createCartById } from './cart-by-id.ts';
import { createCartPricing } from './cart-pricing.ts';
import { createEditsByOrderId } from './edits.ts';
import { createOrderById } from './order-by-id.ts';
import { createLinesByOrderId, createOrderLineById } from './order-lines.ts';
import { createPaged } from './paged.ts';
import { createReturnById, createReturnsByOrderId } from './returns.ts';
import { createStuckStepsByOrderId } from './stuck-steps-by-order-id.ts';

export const createLoaders = (ports: Ports, viewer: Viewer) => ({
  cartById: createCartById(ports.carts, viewer),
  activeCartByBuyer: createActiveCartByBuyer(ports.carts, viewer),
  cartPricing: createCartPricing(ports),
  orderById: createOrderById(ports, viewer),
  linesByOrderId: createLinesByOrderId(ports, viewer),
  orderLineById: createOrderLineById(ports, viewer),
  editsByOrderId: createEditsByOrderId(ports, viewer),
  returnById: createReturnById(ports, viewer),
  returnsByOrderId: createReturnsByOrderId(ports, viewer),
  stuckStepsByOrderId: createStuckStepsByOrderId(ports, viewer),
  eventsByOrderId: createPaged('eventsByOrderId', (ids, page) => ports.timeline.eventsByOrderIds(viewer, ids, page)),
  attemptsByDeliveryId: createPaged('attemptsByDeliveryId', (ids, page) =>
    ports.webhooks.deliveries.attempts(ids, page),
  ),
  ordersByCustomerId: createPaged('ordersByCustomerId', (ids, page) => ports.orders.listByCustomer(viewer, ids, page)),
});

export type Loaders = ReturnType<typeof createLoaders>;
