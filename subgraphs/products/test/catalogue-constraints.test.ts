import { describe, expect, it } from 'vitest';
import { loadShoes } from './fixtures.ts';
import { openTestProducts } from './open.ts';

describe('the database', () => {
  it.each([
    [`UPDATE product SET handle = 'Two Words'`, 'product_handle_check'],
    [`UPDATE variant SET position = 101`, 'variant_position_check'],
    [`UPDATE variant SET position = 1`, 'variant_position_excl'],
    [`UPDATE variant SET option_values = '{42,Red}'`, 'variant_option_values_excl'],
    [`UPDATE variant SET weight_grams = -1`, 'variant_weight_grams_check'],
    [`UPDATE price SET minor = -1`, 'price_minor_check'],
    [`INSERT INTO price_list (id, currency) SELECT 'PriceList:X', 'EUR'`, 'price_list_currency_country_key'],
  ])('refuses %s', async (sql, constraint) => {
    await using products = await openTestProducts();
    await loadShoes(products, 1);
    await expect(products.db.pool.query(sql)).rejects.toMatchObject({ constraint });
  });
});
