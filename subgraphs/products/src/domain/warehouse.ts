/** A place that goods are kept in and sold from. */
export interface Warehouse {
  readonly id: string;
  readonly name: string;
  /** Lower is asked first when stock is allocated. */
  readonly priority: number;
  readonly active: boolean;
  readonly address: WarehouseAddress;
}

export interface WarehouseAddress {
  /** Whom the carrier asks for. */
  readonly name: string;
  readonly company: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

export type NewWarehouse = Omit<Warehouse, 'id'>;
export type WarehouseChanges = Partial<NewWarehouse>;
