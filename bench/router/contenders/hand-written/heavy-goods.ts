import { connect, entitiesOf, type Subgraph } from './subgraph.ts';

export interface Person {
  readonly username: string;
  readonly name: string;
}

export interface Listed {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

/** Goods as the answer shows them, in the order of the query. */
export interface Goods extends Listed {
  readonly inStock: boolean;
  readonly shippingEstimate: number;
}

const PEOPLE = entitiesOf('User', 'username name');
const LISTED = entitiesOf('Product', 'upc name price weight');
const STOCKED = entitiesOf('Product', 'inStock shippingEstimate');

/** What the overview fetches by key, one entity per key that is given. */
export interface Sources {
  people(ids: readonly string[]): Promise<readonly Person[]>;
  goods(upcs: readonly string[]): Promise<readonly Goods[]>;
  stocked(listed: readonly Listed[]): Promise<readonly Goods[]>;
}

/** `once` asks for an entity once where the same key comes again, and every place shows the same object. */
export function createSources(urls: Readonly<Record<string, string>>, once: boolean): Sources {
  const users = connect(urls.users as string);
  const products = connect(urls.products as string);
  const inventory = connect(urls.inventory as string);
  const people = (ids: readonly string[]) =>
    users.entities<Person>(
      PEOPLE,
      ids.map((id) => ({ __typename: 'User', id })),
    );
  async function goods(upcs: readonly string[]): Promise<readonly Goods[]> {
    const representations = upcs.map((upc) => ({ __typename: 'Product', upc }));
    return withStock(inventory, await products.entities<Listed>(LISTED, representations));
  }
  return {
    people: once ? distinct(people) : people,
    goods: once ? distinct(goods) : goods,
    stocked: (listed) => withStock(inventory, listed),
  };
}

async function withStock(inventory: Subgraph, listed: readonly Listed[]): Promise<readonly Goods[]> {
  const found = await inventory.entities<Goods>(
    STOCKED,
    listed.map(({ upc, price, weight }) => ({ __typename: 'Product', upc, price, weight })),
  );
  return listed.map(({ upc, name, price, weight }, index) => {
    const { inStock, shippingEstimate } = found[index] as Goods;
    return { upc, name, price, weight, inStock, shippingEstimate };
  });
}

/** Asks once for keys that come several times, and gives every place its entity. */
function distinct<T>(fetch: (keys: readonly string[]) => Promise<readonly T[]>) {
  return async (keys: readonly string[]): Promise<readonly T[]> => {
    const places = new Map<string, number>();
    for (const key of keys) if (!places.has(key)) places.set(key, places.size);
    const found = await fetch([...places.keys()]);
    return keys.map((key) => found[places.get(key) as number] as T);
  };
}
