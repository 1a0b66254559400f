import type { DestinationInput } from './destination.ts';

/** What the router sends of a neighbour's entity: its key. */
export interface EntityKey {
  readonly id: string;
}

/** With what `@requires` asks orders for; absent when only the key was needed. */
export interface CartKey extends EntityKey {
  readonly destination?: DestinationInput | null;
  readonly weightGrams?: number;
  readonly subtotal?: { readonly amount: string; readonly currencyCode: string };
  readonly requiresShipping?: boolean;
}

/** With what `@requires` asks products for. */
export interface ProductKey extends EntityKey {
  readonly weightGrams?: number;
  readonly requiresShipping?: boolean;
}
