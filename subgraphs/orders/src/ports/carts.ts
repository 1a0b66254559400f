import type { Viewer } from '@cartograph/kernel/viewer';
import type { Cart, CartLine } from '../domain/cart.ts';
import type {
  CartChange,
  CartPatch,
  ChangeOptions,
  LeftCarts,
  MergeFailure,
  MergeRequest,
  NewCart,
  SweepTimes,
} from '../domain/cart-change.ts';

/** Carts, read and changed as the viewer. Every change is one statement that also raises the version. */
export interface CartStore {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Cart[]>;
  /** Each buyer's open cart that was changed last. */
  findActive(viewer: Viewer, buyerIds: readonly string[]): Promise<readonly Cart[]>;
  /** The keyed change that was made before. */
  findChange(buyerId: string, key: string): Promise<{ readonly cartId: string; readonly digest: string } | null>;
  create(cart: NewCart, options: ChangeOptions): Promise<CartChange>;
  /** Adds to the quantity of a variant that is in the cart already. */
  addLines(viewer: Viewer, cartId: string, lines: readonly CartLine[], options: ChangeOptions): Promise<CartChange>;
  setQuantities(
    viewer: Viewer,
    cartId: string,
    quantities: readonly { readonly lineId: string; readonly quantity: number }[],
    options: ChangeOptions,
  ): Promise<CartChange>;
  removeLines(viewer: Viewer, cartId: string, lineIds: readonly string[], options: ChangeOptions): Promise<CartChange>;
  addCode(viewer: Viewer, cartId: string, code: string, options: ChangeOptions): Promise<CartChange>;
  removeCode(viewer: Viewer, cartId: string, code: string, options: ChangeOptions): Promise<CartChange>;
  update(viewer: Viewer, cartId: string, patch: CartPatch, options: ChangeOptions): Promise<CartChange>;
  /**
   * Moves a guest's cart into a customer's. Gives the id of the cart that now holds everything, also when it was done
   * before; null when there is no cart at all.
   */
  merge(request: MergeRequest): Promise<{ readonly kind: 'merged'; readonly cartId: string } | MergeFailure>;
  /** Marks and deletes carts nobody came back to, a limited number at a time. */
  sweep(times: SweepTimes): Promise<{ readonly abandoned: number; readonly deleted: number }>;
  /**
   * Orders the mail about each cart that a customer left, has not bought and was not reminded of, a limited number at a
   * time; once per cart, also on several processes. Gives how many.
   */
  remind(left: LeftCarts): Promise<number>;
  /** Nobody was reminded of it after all. */
  forgetReminder(cartId: string): Promise<void>;
}
