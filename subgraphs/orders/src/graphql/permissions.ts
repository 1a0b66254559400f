import {
  allow,
  isBuyer,
  isBuyerOrStaff,
  isCustomer,
  isKnown,
  isNeighbour,
  isStaffWith,
  type Permissions,
} from '@cartograph/runtime/permissions';

const isReceiver = isStaffWith('SUPPORT', 'FULFILMENT');
const isOperator = isStaffWith('SUPPORT', 'FULFILMENT', 'FINANCE');
const isSupport = isStaffWith('SUPPORT');
// An endpoint gets to know every order.
const isAdministrator = isStaffWith('ADMIN');
const isMerchandiser = isStaffWith('CATALOGUE', 'FINANCE');

export const permissions: Permissions = {
  Query: {
    cart: isKnown,
    activeCart: isBuyer,
    markets: allow,
    order: isKnown,
    orderByNumber: isKnown,
    orders: isKnown,
    return: isKnown,
    returns: isKnown,
    stuckSteps: isOperator,
    discounts: isStaffWith('CATALOGUE', 'FINANCE', 'SUPPORT'),
    webhookEndpoint: isSupport,
    webhookEndpoints: isSupport,
    webhookDeliveries: isSupport,
  },
  Mutation: {
    createCart: isBuyer,
    addCartLines: isBuyer,
    updateCartLines: isBuyer,
    removeCartLines: isBuyer,
    applyDiscountCode: isBuyer,
    removeDiscountCode: isBuyer,
    setCartDestination: isBuyer,
    setCartAddress: isBuyer,
    selectCartShipping: isBuyer,
    updateCart: isBuyer,
    mergeCart: isCustomer,
    placeOrder: isBuyer,
    completePayment: isBuyer,
    cancelOrder: isBuyerOrStaff('SUPPORT', 'FULFILMENT'),
    editOrder: isStaffWith('SUPPORT'),
    payOrder: isBuyer,
    requestReturn: isBuyerOrStaff('SUPPORT'),
    cancelReturn: isBuyerOrStaff('SUPPORT', 'FULFILMENT'),
    approveReturn: isReceiver,
    refuseReturn: isReceiver,
    exchangeReturn: isReceiver,
    receiveReturn: isReceiver,
    retryStep: isOperator,
    giveUpStep: isOperator,
    paymentChanged: isNeighbour,
    shipmentChanged: isNeighbour,
    createDiscount: isMerchandiser,
    endDiscount: isMerchandiser,
    createWebhookEndpoint: isAdministrator,
    updateWebhookEndpoint: isAdministrator,
    enableWebhookEndpoint: isAdministrator,
    disableWebhookEndpoint: isAdministrator,
    deleteWebhookEndpoint: isAdministrator,
    rotateWebhookSecret: isAdministrator,
    sendTestWebhook: isAdministrator,
    replayWebhookDelivery: isSupport,
    replayWebhookDeliveries: isSupport,
  },
};
