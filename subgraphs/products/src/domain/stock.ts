/** What one warehouse has of one variant. `onHand` is below zero when goods on backorder are owed. */
export interface StockLevel {
  readonly variantId: string;
  readonly warehouseId: string;
  readonly onHand: number;
  readonly held: number;
  /** What can be sold from here: nothing when the warehouse is inactive. */
  readonly available: number;
}

/** What there is of one variant over all warehouses. */
export interface VariantInventory {
  readonly variantId: string;
  readonly onHand: number;
  readonly held: number;
  readonly available: number;
  readonly backorder: boolean;
}

export interface StockLine {
  readonly variantId: string;
  readonly quantity: number;
}

export interface StockAllocation extends StockLine {
  readonly warehouseId: string;
}

export interface StockShortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

export type StockMovementKind = 'RECEIVED' | 'ADJUSTED' | 'HELD' | 'RELEASED' | 'COMMITTED' | 'RESTOCKED';

/** One entry of the ledger. The sum of a level's movements is the level. */
export interface StockMovement {
  /** Its place in the ledger: later movements have higher ones. */
  readonly position: number;
  readonly kind: StockMovementKind;
  readonly variantId: string;
  readonly warehouseId: string;
  readonly onHandDelta: number;
  readonly heldDelta: number;
  readonly orderId: string | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly createdAt: Date;
}

/** `CLOSED`: the order's stock was released or sold. `OTHER_QUANTITY`: the order holds another number of a variant. */
export type HoldAnswer =
  | { readonly outcome: 'HELD'; readonly expiresAt: Date; readonly allocations: readonly StockAllocation[] }
  | { readonly outcome: 'SHORT'; readonly lines: readonly StockShortage[] }
  | { readonly outcome: 'CLOSED' | 'OTHER_QUANTITY' };

/** Who commands, and under which key: a key of theirs is good for one command with one input. */
export interface StaffCommand {
  readonly actor: string;
  readonly key: string;
}

export interface StockAdjustment {
  readonly variantId: string;
  readonly warehouseId: string;
  /** Either `delta` or `setTo`, the other is null. */
  readonly delta: number | null;
  readonly setTo: number | null;
  readonly ifOnHand: number | null;
  readonly reason: string;
}

export interface Delivery {
  readonly warehouseId: string;
  readonly lines: readonly StockLine[];
  readonly reference: string | null;
}

export type CommandAnswer = { readonly outcome: 'DONE' | 'REPLAYED' | 'KEY_REUSED' | 'NOT_FOUND' | 'TOO_MUCH' };

export type AdjustAnswer =
  | CommandAnswer
  | { readonly outcome: 'STALE' | 'TOO_LOW'; readonly onHand: number; readonly held: number };

/** A count that a level is brought to, by an import or on an inventory day. Each variant once. */
export interface StockCount {
  readonly variantId: string;
  /** From 0 to `MAX_ON_HAND`; whoever reads it from a file has checked that. */
  readonly onHand: number;
}
