import { type InvalidInput, invalidInput } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import { textIssues } from '../domain/text-issues.ts';
import type { NewWarehouse, Warehouse } from '../domain/warehouse.ts';
import { warehouseIssues } from '../domain/warehouse-input.ts';
import type { Ports } from '../ports.ts';
import { actorOf } from './actor.ts';

export type CreateWarehouseInput = NewWarehouse & { readonly key: string };

export type CreateWarehouseOutcome =
  | { readonly kind: 'CreateWarehouseSuccess'; readonly warehouse: Warehouse; readonly replayed: boolean }
  | { readonly kind: 'InventoryKeyReused' }
  | InvalidInput;

export const createWarehouse =
  ({ warehouses }: Ports) =>
  async (viewer: Viewer, { key, ...warehouse }: CreateWarehouseInput): Promise<CreateWarehouseOutcome> => {
    const issues = [...textIssues('key', key), ...warehouseIssues(warehouse)];
    if (issues.length > 0) return invalidInput(issues);
    const answer = await warehouses.create({ actor: actorOf(viewer), key }, warehouse);
    return answer === 'KEY_REUSED' ? { kind: 'InventoryKeyReused' } : { kind: 'CreateWarehouseSuccess', ...answer };
  };
