import type { PostalAddress } from '@cartograph/kernel/postal-address';

/** A place that goods are kept in and sold from. */
export interface Warehouse {
  readonly id: string;
  readonly name: string;
  /** Lower is asked first when stock is allocated. */
  readonly priority: number;
  readonly active: boolean;
  /** Its `name` is whom the carrier asks for. */
  readonly address: PostalAddress;
}

export type NewWarehouse = Omit<Warehouse, 'id'>;
export type WarehouseChanges = Partial<NewWarehouse>;
