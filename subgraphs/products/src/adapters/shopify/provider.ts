import { type Provider, readSettings } from '@cartograph/providers/provider';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import type { WarehouseLink, WarehouseSystem } from '../../ports/warehouse-system.ts';

const SETTINGS = {
  store: {
    name: 'SHOPIFY_STORE',
    says: 'the shop’s own name, demo.myshopify.com',
    form: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i,
  },
  accessToken: {
    name: 'SHOPIFY_ACCESS_TOKEN',
    says: 'of a custom app that reads and writes inventory, shpat_…',
    secret: true,
    form: /^shp[a-z]{2}_\w+$/,
  },
  webhookSecret: {
    name: 'SHOPIFY_WEBHOOK_SECRET',
    says: 'the app’s secret, which signs its webhooks: at least 16 characters',
    secret: true,
    form: /^\S{16,}$/,
  },
  locations: { name: 'SHOPIFY_LOCATIONS', says: 'our warehouses with their locations, Warehouse:01J…=655441491' },
  url: { name: 'SHOPIFY_URL', says: 'where the API is instead of at the store', fallback: '', form: 'url' },
} as const;

export function readShopify(env: Env) {
  const { store, locations, url, ...settings } = readSettings(env, SETTINGS);
  return { ...settings, store: store.toLowerCase(), links: locations.split(',').map(readLink), ...(url && { url }) };
}

/** `Warehouse:01J…=123`: our warehouse, and the number of the location in Shopify's admin. */
function readLink(pair: string): WarehouseLink {
  const [, warehouseId, number] =
    /^\s*(Warehouse:\w+)\s*=\s*(?:gid:\/\/shopify\/Location\/)?(\d+)\s*$/.exec(pair) ?? [];
  if (!warehouseId || !number)
    throw new SettingError(
      SETTINGS.locations.name,
      `must list warehouses with their locations, like Warehouse:01J…=123, and has "${pair}".`,
    );
  return { warehouseId, location: `gid://shopify/Location/${number}` };
}

export const shopify: Provider<WarehouseSystem, void> = {
  name: 'shopify',
  settings: SETTINGS,
  prepare(env) {
    const settings = readShopify(env);
    return async () => {
      const { createShopifyWarehouse } = await import('./warehouse.ts');
      return createShopifyWarehouse(settings);
    };
  },
  async check(env) {
    const { checkShopify } = await import('./check.ts');
    return () => checkShopify(readShopify(env));
  },
};
