import { money } from '@cartograph/kernel/money';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { PrismaClient } from '../generated/prisma/client.ts';
import { readConfig } from '../src/config.ts';
import { createCartStore } from '../src/datasources/cart-store.ts';
import { loadDemoData } from '../src/datasources/demo-data.ts';
import { createDiscountStore } from '../src/datasources/discount-store.ts';
import { createPricingStore } from '../src/datasources/pricing-store.ts';
import type { CheckoutCustomer, CheckoutVariant } from '../src/domain/checkout.ts';
import type { Ports } from '../src/ports.ts';
import { createOrders } from '../src/subgraph.ts';

export const guest = (): Viewer & { readonly guestId: string } => ({ kind: 'guest', guestId: newId('Guest') });
export const customer = (guestId?: string): Viewer & { readonly customerId: string } => ({
  kind: 'customer',
  customerId: newId('Customer'),
  ...(guestId && { guestId }),
});
export const finance: Viewer = { kind: 'staff', staffId: 'Staff:1', roles: ['FINANCE'] };

/** A variant that costs 10.00 in every currency, unless told. */
export const aVariant = (more: Partial<CheckoutVariant> = {}): CheckoutVariant => ({
  id: newId('Variant'),
  productId: newId('Product'),
  sku: 'SKU',
  productTitle: 'Shirt',
  title: 'M',
  imageUrl: null,
  unitPrice: money(1000, 'EUR'),
  compareAtPrice: null,
  taxClass: 'standard',
  weightGrams: 250,
  requiresShipping: true,
  collectionIds: [],
  availableQuantity: 100,
  backorder: false,
  purchasable: true,
  ...more,
});

/** The neighbours that carts ask: what they know can be changed while the test runs, and calls are counted. */
export function fakeNeighbours() {
  const variants = new Map<string, CheckoutVariant>();
  const customers = new Map<string, CheckoutCustomer>();
  const calls = { products: 0, shipping: 0, customers: 0 };
  const ports: Pick<Ports, 'products' | 'shipping' | 'customers'> = {
    products: {
      async checkoutVariants(ids, currency) {
        calls.products += 1;
        return ids.flatMap((id) => {
          const found = variants.get(id);
          return found ? [{ ...found, unitPrice: found.unitPrice && { ...found.unitPrice, currency } }] : [];
        });
      },
      variantsBySku: async (skus) => [...variants.values()].filter(({ sku }) => skus.includes(sku)),
    },
    shipping: {
      // Delivers to Germany and the United States for 4.99.
      async shippingRates(requests) {
        calls.shipping += 1;
        return requests.map(({ methodId, destination, subtotal }) =>
          ['DE', 'US'].includes(destination.countryCode) && methodId === POST
            ? { methodId, name: 'Post', price: money(499, subtotal.currency), taxClass: 'standard' }
            : null,
        );
      },
    },
    customers: {
      async checkoutCustomers(ids) {
        calls.customers += 1;
        return ids.flatMap((id) => customers.get(id) ?? []);
      },
      recordOrder: async () => {},
    },
  };
  return {
    ports,
    calls,
    customers,
    /** Puts a variant on sale. */
    sell: (more: Partial<CheckoutVariant> = {}) => {
      const variant = aVariant(more);
      variants.set(variant.id, variant);
      return variant;
    },
    forget: (id: string) => variants.delete(id),
  };
}

export const POST = 'ShippingMethod:01JDEM00000000000000000001';

/** Orders over real HTTP on a real database with the demo's markets, taxes and codes, and fake neighbours. */
export async function openCarts() {
  const db = await testDatabase('orders');
  await loadDemoData(db.pool);
  // All connections open: otherwise the first request at once is done before the second has one, and nothing races.
  const open = await Promise.all(Array.from({ length: 5 }, () => db.pool.connect()));
  for (const client of open) client.release();
  const neighbours = fakeNeighbours();
  const prisma = new PrismaClient({ adapter: db.adapter });
  const clock = { now: new Date('2026-03-01T12:00:00Z') };
  const stores = {
    carts: createCartStore(db, () => {}),
    discounts: createDiscountStore(db, prisma),
    pricing: createPricingStore(db),
  };
  // What checkout needs is not called by carts.
  const ports = { ...stores, ...neighbours.ports, clock: () => clock.now } as Ports;
  const settings = { ENVELOPE_SECRET: TEST_SECRET, DATABASE_URL: db.url, PORT: '0', LOG_LEVEL: 'silent' };
  const subgraph = createOrders(ports, readConfig(settings));
  const url = await subgraph.listen();
  return {
    ...neighbours,
    ...stores,
    db,
    clock,
    as: (viewer: Viewer) => askSubgraph('orders', url, viewer),
    async [Symbol.asyncDispose]() {
      await subgraph.close();
      await prisma.$disconnect();
      await db[Symbol.asyncDispose]();
    },
  };
}

export type Ask = ReturnType<typeof askSubgraph>;

export const CART = /* GraphQL */ `
  fragment CartParts on Cart {
    id version status currencyCode itemCount
    lines {
      id variantId quantity
      unitPrice { amount } subtotal { amount } discountTotal { amount } taxTotal { amount } total { amount }
    }
    subtotal { amount } discountTotal { amount } shippingTotal { amount } taxTotal { amount } total { amount currencyCode }
    taxLines { title ratePercent amount { amount } }
    discounts { title code kind amount { amount } }
    discountCodes { code applicable reason }
    destination { countryCode postalCode region }
    email note
    issues { code message lineId }
  }
`;

const RESULT = /* GraphQL */ `
  __typename
  ... on CartUpdated { cart { ...CartParts } }
  ... on UserError { message }
  ... on InvalidInput { issues { path message } }
`;

/** Sends one cart mutation; gives its result. GraphQL errors fail the test. */
export async function send(ask: Ask, name: string, input: object, more = ''): Promise<any> {
  const type = INPUTS[name] ?? `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await ask(
    `${CART} mutation ($input: ${type}!) { result: ${name}(input: $input) { ${RESULT} ${more} } }`,
    { input },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.result;
}

const INPUTS: Readonly<Record<string, string>> = {
  applyDiscountCode: 'DiscountCodeInput',
  removeDiscountCode: 'DiscountCodeInput',
};

export async function newCart(ask: Ask, input: object = { currencyCode: 'EUR' }): Promise<any> {
  const { cart } = await send(ask, 'createCart', input);
  return cart;
}

export async function readCart(ask: Ask, id: string): Promise<any> {
  const { data, errors } = await ask(`${CART} query ($id: ID!) { cart(id: $id) { ...CartParts } }`, { id });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.cart;
}
