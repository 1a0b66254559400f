import { CancelOrderResult, cancelOrder, OrderNotCancellable } from './cancel-order.ts';
import { Cart } from './cart.ts';
import { CartLine } from './cart-line.ts';
import { CartConflict, cartMutations, cartResults } from './cart-mutations.ts';
import { cartQueries, Market } from './cart-queries.ts';
import { ChannelOrder, channelOrders } from './channel-order.ts';
import { CompletePaymentResult, completePayment } from './complete-payment.ts';
import { Customer } from './customer.ts';
import { Discount, discountMutations, discountQueries } from './discount.ts';
import { Order, OrderLine } from './order.ts';
import { editMutations, editTypes } from './order-edit.ts';
import { paymentChanged, refundIssued, shipmentChanged } from './order-news.ts';
import { order, orderByNumber, orders } from './orders.ts';
import { placeOrder, placeOrderTypes } from './place-order.ts';
import { AppliedDiscount, DiscountInvalid, LineDiscount, TaxLine, VariantUnavailable } from './pricing.ts';
import { releaseReservation, reservationTypes } from './release-reservation.ts';
import { Return, ReturnLine, returnQueries } from './return.ts';
import { returnMutations, returnResults } from './return-mutations.ts';
import { stuckStepMutations, stuckSteps, stuckStepTypes } from './stuck-steps.ts';
import { webhookMutations, webhookQueries, webhookTypes } from './webhook.ts';

export const resolvers = {
  Query: {
    ...{ ...cartQueries, ...discountQueries, ...returnQueries, ...webhookQueries },
    ...{ order, orderByNumber, orders, stuckSteps, channelOrders },
  },
  Mutation: {
    ...cartMutations,
    ...discountMutations,
    placeOrder,
    completePayment,
    cancelOrder,
    ...editMutations,
    ...returnMutations,
    ...stuckStepMutations,
    releaseReservation,
    ...webhookMutations,
    paymentChanged,
    refundIssued,
    shipmentChanged,
  },
  CancelOrderResult,
  CompletePaymentResult,
  Order,
  OrderLine,
  OrderNotCancellable,
  ...placeOrderTypes,
  ...editTypes,
  AppliedDiscount,
  Cart,
  CartConflict,
  CartLine,
  ChannelOrder,
  Customer,
  Discount,
  DiscountInvalid,
  LineDiscount,
  Market,
  TaxLine,
  VariantUnavailable,
  ...cartResults,
  Return,
  ReturnLine,
  ...returnResults,
  ...stuckStepTypes,
  ...reservationTypes,
  ...webhookTypes,
};
