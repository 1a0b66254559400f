import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import type { Market } from '../domain/price.ts';
import type { CheckoutVariant } from '../domain/variant.ts';
import type { Ports } from '../ports.ts';

const MAX_IDS = 250;

export const checkoutVariants =
  ({ variants }: Ports) =>
  async (ids: readonly string[], market: Market): Promise<readonly CheckoutVariant[]> => {
    if (ids.length > MAX_IDS) throw badInput(`"ids" must have at most ${MAX_IDS} entries.`);
    const known = [...new Set(ids)].filter((id) => isId('Variant', id));
    return known.length === 0 ? [] : variants.checkout(known, market);
  };

/** Variants as sales channels name them. */
export const checkoutVariantsBySku =
  ({ variants }: Ports) =>
  async (skus: readonly string[], market: Market): Promise<readonly CheckoutVariant[]> => {
    if (skus.length > MAX_IDS) throw badInput(`"skus" must have at most ${MAX_IDS} entries.`);
    const asked = [...new Set(skus)].filter(isWriteable);
    return asked.length === 0 ? [] : variants.checkoutBySku(asked, market);
  };

/** What PostgreSQL cannot keep, no SKU of ours can be. */
const isWriteable = (sku: string): boolean => !sku.includes('\0');
