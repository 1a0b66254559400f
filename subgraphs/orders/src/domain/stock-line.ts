export interface StockLine {
  readonly variantId: string;
  readonly quantity: number;
}

export interface StockAllocation extends StockLine {
  readonly warehouseId: string;
}
