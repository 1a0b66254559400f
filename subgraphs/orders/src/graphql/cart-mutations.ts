import type { CartConflictResolvers, MutationResolvers } from '../../generated/graphql.ts';

/** Translation only: every decision is in the operation of the same name. */
export const cartMutations: MutationResolvers = {
  createCart: (_root, { input }, { viewer, operations }) => operations.createCart(viewer, input),
  addCartLines: (_root, { input }, { viewer, operations }) => operations.addCartLines(viewer, input),
  updateCartLines: (_root, { input }, { viewer, operations }) => operations.updateCartLines(viewer, input),
  removeCartLines: (_root, { input }, { viewer, operations }) => operations.removeCartLines(viewer, input),
  applyDiscountCode: (_root, { input }, { viewer, operations }) => operations.applyDiscountCode(viewer, input),
  removeDiscountCode: (_root, { input }, { viewer, operations }) => operations.removeDiscountCode(viewer, input),
  setCartDestination: (_root, { input }, { viewer, operations }) => operations.setCartDestination(viewer, input),
  setCartAddress: (_root, { input }, { viewer, operations }) => operations.setCartAddress(viewer, input),
  selectCartShipping: (_root, { input }, { viewer, operations }) => operations.selectCartShipping(viewer, input),
  updateCart: (_root, { input }, { viewer, operations }) => operations.updateCart(viewer, input),
  mergeCart: (_root, { input }, { viewer, operations }) => operations.mergeCart(viewer, input),
};

/** The outcome's `kind` is the name of its GraphQL type. */
const byKind = { __resolveType: ({ kind }: { readonly kind: string }) => kind as never };

export const cartResults = {
  CreateCartResult: byKind,
  AddCartLinesResult: byKind,
  UpdateCartLinesResult: byKind,
  RemoveCartLinesResult: byKind,
  ApplyDiscountCodeResult: byKind,
  RemoveDiscountCodeResult: byKind,
  SetCartDestinationResult: byKind,
  SetCartAddressResult: byKind,
  SelectCartShippingResult: byKind,
  UpdateCartResult: byKind,
  MergeCartResult: byKind,
  CreateDiscountResult: byKind,
  EndDiscountResult: byKind,
};

export const CartConflict: CartConflictResolvers = {
  message: ({ cart }) => `The cart has changed: it is at version ${cart.version}. Look at it and try again.`,
};
