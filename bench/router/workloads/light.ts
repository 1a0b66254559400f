import { byKey, FEDERATION, request, type SubgraphSource, type Workload } from './workload.ts';

interface Product {
  readonly id: string;
  readonly title: string;
  readonly handle: string;
  readonly blurb: string;
  readonly price: number;
  readonly weight: number;
  readonly sellerId: string;
}

interface Seller {
  readonly id: string;
  readonly name: string;
  readonly city: string;
  readonly rating: number;
}

const MATERIALS = ['Linen', 'Walnut', 'Copper', 'Merino', 'Enamel'];
const THINGS = ['Tea Towel', 'Serving Board', 'Sauce Pan', 'Blanket'];
const CITIES = ['Porto', 'Tartu', 'Graz', 'Malmö', 'Leiden', 'Turin'];

const PRODUCTS: readonly Product[] = Array.from({ length: 60 }, (_, index) => {
  const title = `${MATERIALS[index % MATERIALS.length]} ${THINGS[index % THINGS.length]} No. ${index + 1}`;
  return {
    id: `product-${1000 + index}`,
    title,
    handle: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    blurb: `${MATERIALS[index % MATERIALS.length]}, made to be used for long.`,
    price: 1200 + ((index * 730) % 9000),
    weight: 150 + ((index * 170) % 2400),
    sellerId: `seller-${1 + ((index * 7) % CITIES.length)}`,
  };
});

const SELLERS: readonly Seller[] = CITIES.map((city, index) => ({
  id: `seller-${index + 1}`,
  name: `${city} Workshop`,
  city,
  rating: 3.5 + index / 4,
}));

const sellerOf = byKey('id', SELLERS);

const products: SubgraphSource = {
  name: 'products',
  typeDefs: `${FEDERATION}
    type Query { products(first: Int! = 20): [Product!]! }
    type Product @key(fields: "id") {
      id: ID! title: String! handle: String! blurb: String! price: Int! weight: Int! seller: Seller!
    }
    type Seller @key(fields: "id", resolvable: false) { id: ID! }
  `,
  resolvers: {
    Query: { products: (_: unknown, { first }: { first: number }) => PRODUCTS.slice(0, first) },
    Product: {
      __resolveReference: byKey('id', PRODUCTS),
      seller: ({ sellerId }: Product) => sellerOf({ id: sellerId } as Seller),
    },
  },
};

const inventory: SubgraphSource = {
  name: 'inventory',
  typeDefs: `${FEDERATION}
    type Product @key(fields: "id") {
      id: ID!
      weight: Int! @external
      available: Int!
      warehouse: String!
      shippingEstimate: Int! @requires(fields: "weight")
    }
  `,
  resolvers: {
    Product: {
      __resolveReference: (product: Product) => product,
      available: ({ id }: Product) => (Number(id.slice(8)) * 13) % 50,
      warehouse: ({ id }: Product) => (Number(id.slice(8)) % 2 ? 'north' : 'south'),
      shippingEstimate: ({ weight }: Product) => 290 + Math.ceil(weight / 500) * 110,
    },
  },
};

const sellers: SubgraphSource = {
  name: 'sellers',
  typeDefs: `${FEDERATION}
    type Query { sellers: [Seller!]! }
    type Seller @key(fields: "id") { id: ID! name: String! city: String! rating: Float! }
  `,
  resolvers: { Query: { sellers: () => SELLERS }, Seller: { __resolveReference: sellerOf } },
};

/** A shelf of a shop: goods, what is left of them, who sells them. */
const QUERY = /* GraphQL */ `
  query Shelf($first: Int!) {
    products(first: $first) {
      id
      title
      handle
      blurb
      price
      weight
      available
      warehouse
      shippingEstimate
      seller {
        id
        name
        city
        rating
      }
    }
  }
`;

export const light: Workload = {
  name: 'light',
  about: '6 kB answer, 20 products over 3 subgraphs',
  subgraphs: [products, inventory, sellers],
  requests: { Shelf: request(QUERY, { first: 20 }) },
};
