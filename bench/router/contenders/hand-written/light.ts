import type { Answer } from './server.ts';
import { connect, entitiesOf, prepare } from './subgraph.ts';

interface Product {
  readonly id: string;
  readonly title: string;
  readonly handle: string;
  readonly blurb: string;
  readonly price: number;
  readonly weight: number;
  readonly seller: { readonly id: string };
}

interface Stock {
  readonly available: number;
  readonly warehouse: string;
  readonly shippingEstimate: number;
}

interface Seller {
  readonly name: string;
  readonly city: string;
  readonly rating: number;
}

const PRODUCTS = prepare('query($first:Int!){products(first:$first){id title handle blurb price weight seller{id}}}');
const STOCK = entitiesOf('Product', 'available warehouse shippingEstimate');
const SELLERS = entitiesOf('Seller', 'name city rating');

/** The shelf. `once` asks for each seller once; the other way asks for one per product. */
export function createShelf(urls: Readonly<Record<string, string>>, once: boolean): Answer {
  const products = connect(urls.products as string);
  const inventory = connect(urls.inventory as string);
  const sellers = connect(urls.sellers as string);

  async function sellersOf(shelf: readonly Product[]): Promise<readonly Seller[]> {
    const representation = ({ seller }: Product) => ({ __typename: 'Seller', id: seller.id });
    if (!once) return sellers.entities<Seller>(SELLERS, shelf.map(representation));
    const places = new Map<string, number>();
    const distinct: unknown[] = [];
    const placeOf = shelf.map((product) => {
      const known = places.get(product.seller.id);
      if (known !== undefined) return known;
      places.set(product.seller.id, distinct.length);
      return distinct.push(representation(product)) - 1;
    });
    const found = await sellers.entities<Seller>(SELLERS, distinct);
    return placeOf.map((place) => found[place] as Seller);
  }

  return async ({ first }) => {
    const { products: shelf } = await products.query<{ products: readonly Product[] }>(PRODUCTS, { first });
    const [stock, soldBy] = await Promise.all([
      inventory.entities<Stock>(
        STOCK,
        shelf.map(({ id, weight }) => ({ __typename: 'Product', id, weight })),
      ),
      sellersOf(shelf),
    ]);
    const answer = shelf.map(({ id, title, handle, blurb, price, weight, seller }, index) => {
      const { available, warehouse, shippingEstimate } = stock[index] as Stock;
      const { name, city, rating } = soldBy[index] as Seller;
      const by = { id: seller.id, name, city, rating };
      return { id, title, handle, blurb, price, weight, available, warehouse, shippingEstimate, seller: by };
    });
    return JSON.stringify({ data: { products: answer } });
  };
}
