import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Warehouse, WarehouseChanges } from '../domain/warehouse.ts';
import { warehouseIssues } from '../domain/warehouse-input.ts';
import type { Ports } from '../ports.ts';

export type UpdateWarehouseOutcome =
  | { readonly kind: 'UpdateWarehouseSuccess'; readonly warehouse: Warehouse }
  | InvalidInput
  | NotFound;

/** Needs no key: to say the same twice changes nothing. */
export const updateWarehouse =
  ({ warehouses }: Ports) =>
  async (id: string, changes: WarehouseChanges): Promise<UpdateWarehouseOutcome> => {
    const issues = warehouseIssues(changes);
    if (issues.length > 0) return invalidInput(issues);
    const warehouse = isId('Warehouse', id) ? await warehouses.update(id, changes) : null;
    return warehouse ? { kind: 'UpdateWarehouseSuccess', warehouse } : notFound('warehouse');
  };
