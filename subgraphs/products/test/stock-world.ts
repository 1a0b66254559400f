import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { createStockHolds } from '../src/datasources/stock-holds.ts';
import { createStockStore } from '../src/datasources/stock-store.ts';

export const ada = { kind: 'staff', staffId: 'Staff:ada', roles: ['FULFILMENT'] } as const;

/** A database with two warehouses, `near` asked before `far`, and ways to look at what the operations left in it. */
export async function stockWorld() {
  const db = await testDatabase('products');
  const run = async <T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> =>
    (await db.pool.query<T>(sql, [...values])).rows;
  const stock = createStockStore(db.pool);

  const warehouse = async (priority: number, active = true): Promise<string> => {
    const id = newId('Warehouse');
    await run(
      `INSERT INTO warehouse (id, name, priority, active, contact_name, line1, city, country_code)
       VALUES ($1, $1, $2, $3, 'Dock 1', 'Hafenstr. 1', 'Hamburg', 'DE')`,
      [id, priority, active],
    );
    return id;
  };
  const near = await warehouse(1);
  const far = await warehouse(2);
  let deliveries = 0;
  const receive = async (variantId: string, warehouseId: string, quantity: number): Promise<void> => {
    deliveries += 1;
    const command = { actor: 'Staff:ada', key: `delivery-${deliveries}` };
    await stock.receive(command, { warehouseId, lines: [{ variantId, quantity }], reference: null });
  };
  return {
    db,
    run,
    stock,
    holds: createStockHolds(db.pool),
    near,
    far,
    warehouse,
    receive,
    /** A variant with so many pieces in `near` and in `far`. */
    async variant({ near: inNear = 0, far: inFar = 0, backorder = false } = {}): Promise<string> {
      const id = newId('Variant');
      const product = newId('Product');
      await run(
        `INSERT INTO product (id, handle, title, status) VALUES ($1, lower(split_part($1, ':', 2)), 'Shirt', 'ACTIVE')`,
        [product],
      );
      await run(
        `INSERT INTO variant (id, product_id, sku, title, position, option_values, backorder)
         VALUES ($1, $2, $1, 'Default', 1, '{}', $3)`,
        [id, product, backorder],
      );
      if (inNear > 0) await receive(id, near, inNear);
      if (inFar > 0) await receive(id, far, inFar);
      return id;
    },
    /** [on hand, held] of a variant in a warehouse. */
    async level(variantId: string, warehouseId: string): Promise<readonly [number, number]> {
      const [level] = await stock.levelsOf(ada, [variantId], warehouseId);
      return level ? [level.onHand, level.held] : [0, 0];
    },
    async available(variantId: string): Promise<number | undefined> {
      return (await stock.inventoryOf([variantId]))[0]?.available;
    },
    drift: () => run('SELECT * FROM inventory_drift'),
    /** Lets an order's time run out. */
    async letExpire(orderId: string): Promise<void> {
      await run(`UPDATE stock_order SET expires_at = now() - interval '1 second' WHERE order_id = $1`, [orderId]);
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

export const order = (): string => newId('Order');
export const line = (variantId: string, quantity = 1) => ({ variantId, quantity });
