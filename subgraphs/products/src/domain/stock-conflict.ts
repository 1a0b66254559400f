export type StockConflictKind = 'COUNT_CHANGED' | 'UNKNOWN_ITEM' | 'REFUSED';

/** Where another system did not have what we left there, or does not take what we have. */
export interface StockConflict {
  readonly position: number;
  readonly system: string;
  readonly variantId: string;
  readonly warehouseId: string;
  readonly kind: StockConflictKind;
  /** What we had left there; null when we never had. */
  readonly expected: number | null;
  readonly found: number | null;
  /** What could be sold here at that moment. */
  readonly ours: number;
  readonly message: string;
  readonly foundAt: Date;
  /** When the other side had our count again. */
  readonly correctedAt: Date | null;
}

export type FoundConflict = Pick<StockConflict, 'kind' | 'expected' | 'found' | 'message'>;

/**
 * Whether a count over there is somebody else's doing: it is neither what we left, nor what we tried to leave when an
 * answer was lost, nor what we want anyway.
 */
export const isSurprising = (
  found: number | null,
  {
    known,
    attempted,
    wanted,
  }: { readonly known: number | null; readonly attempted: number | null; readonly wanted: number },
): boolean => known !== null && found !== known && found !== attempted && found !== wanted;
