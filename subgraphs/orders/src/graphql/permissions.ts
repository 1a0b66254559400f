import { allow, isBuyer, isCustomer, isKnown, isStaffWith, type Permissions } from '@cartograph/runtime/permissions';

export const permissions: Permissions = {
  Query: {
    cart: isKnown,
    activeCart: isBuyer,
    markets: allow,
    discounts: isStaffWith('CATALOGUE', 'FINANCE', 'SUPPORT'),
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
    createDiscount: isStaffWith('CATALOGUE', 'FINANCE'),
    endDiscount: isStaffWith('CATALOGUE', 'FINANCE'),
  },
};
