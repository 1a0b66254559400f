import { describe, expect, it } from 'vitest';
import { MAX_PARCEL_GRAMS, packParcels, planShipments } from './packing.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('packing', () => {
  it.each([0, 1, MAX_PARCEL_GRAMS, MAX_PARCEL_GRAMS + 1, 100_001, 2_147_483_647])('loses no gram of %d', (grams) => {
    const parcels = packParcels(grams);
    expect(sum(parcels)).toBe(grams);
    expect(parcels.length).toBeGreaterThan(0);
    expect(parcels.length).toBeLessThanOrEqual(100);
  });

  it('shares the weight among warehouses by pieces', () => {
    const line = (warehouseId: string, quantity: number) => ({
      orderLineId: warehouseId,
      variantId: 'V',
      quantity,
      warehouseId,
    });
    const plans = planShipments([line('A', 1), line('B', 1), line('C', 1)], 100);
    expect(plans.map(({ weightGrams }) => weightGrams)).toEqual([33, 34, 33]);
    expect(planShipments([line('A', 2_000_000_000)], 0)[0]?.weightGrams).toBe(0);
  });
});
