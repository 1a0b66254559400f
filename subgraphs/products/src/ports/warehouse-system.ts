import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { FoundConflict, StockConflict } from '../domain/stock-conflict.ts';

/** Another system that shows our stock and lets people change it. Our own count stays the truth. */
export interface WarehouseSystem {
  /** As settings and staff name it. */
  readonly name: string;
  /** Which of its locations is which of our warehouses. */
  readonly links: readonly WarehouseLink[];
  /** Its own id of the item with this SKU; null when it has none, or more than one. */
  findItem(sku: string): Promise<string | null>;
  /** What it counts; null where the item is not stocked at the location. */
  count(item: string, location: string): Promise<number | null>;
  /** Sets its count, if that is still `from`. The same key has one effect. Throws when the outcome is unknown. */
  set(change: CountChange): Promise<SetOutcome>;
}

export interface CountChange {
  readonly key: string;
  readonly item: string;
  readonly location: string;
  /** Null: it is not stocked there yet. */
  readonly from: number | null;
  readonly to: number;
}

export type SetOutcome =
  | { readonly kind: 'set' }
  /** It counts something else by now. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface WarehouseLink {
  readonly warehouseId: string;
  readonly location: string;
}

/** What other systems have to be told, and what they were found to count. */
export interface StockPushes {
  /** Makes a system's links be these, and queues what they show. Throws for a warehouse that there is not. */
  link(system: string, links: readonly WarehouseLink[]): Promise<void>;
  /** Each is given to one process only, with what can be sold now. */
  claim(system: string, limit: number): Promise<readonly StockPush[]>;
  /** Before it is tried: who comes after a lost answer knows it for ours. */
  attempt(push: StockPush, item: string, known: number | null): Promise<void>;
  /** It has our count, so what was found is put right. Looked at again after `checkMs`. */
  done(push: StockPush, item: string, checkMs: number): Promise<void>;
  found(push: StockPush, conflict: FoundConflict): Promise<void>;
  /** To be tried again in `retryMs`; with `forgetsItem` the item is looked for anew. */
  failed(push: StockPush, reason: string, retryMs: number, forgetsItem?: boolean): Promise<void>;
  /** The other side says that it counts something; ours or not is found out by asking. */
  hint(system: string, item: string, location: string): Promise<void>;
  /** Newest first; for staff alone. */
  conflicts(viewer: Viewer, isOpen: boolean | null, page: PageRequest): Promise<Page<StockConflict>>;
}

export interface StockPush {
  readonly system: string;
  readonly variantId: string;
  readonly warehouseId: string;
  readonly location: string;
  readonly sku: string;
  readonly version: number;
  readonly hints: number;
  readonly claims: number;
  readonly failures: number;
  /** Nothing has moved here: the other side is only looked at. */
  readonly isCheck: boolean;
  readonly item: string | null;
  readonly known: number | null;
  readonly attempted: number | null;
  /** What can be sold of it there, and what the other side is to show. */
  readonly wanted: number;
}
