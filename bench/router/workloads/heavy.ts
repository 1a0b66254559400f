import { PRODUCTS, type Product, REVIEWS, type Review, STOCK, type Stock, USERS, type User } from './heavy-data.ts';
import { byKey, FEDERATION, request, type SubgraphSource, type Workload } from './workload.ts';

const users: SubgraphSource = {
  name: 'users',
  typeDefs: `${FEDERATION}
    type Query { users: [User!]! }
    type User @key(fields: "id") { id: ID! username: String! name: String! }
  `,
  resolvers: { Query: { users: () => USERS }, User: { __resolveReference: byKey('id', USERS) } },
};

const products: SubgraphSource = {
  name: 'products',
  typeDefs: `${FEDERATION}
    type Query { topProducts(first: Int! = 5): [Product!]! }
    type Product @key(fields: "upc") { upc: ID! name: String! price: Int! weight: Int! }
  `,
  resolvers: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => PRODUCTS.slice(0, first) },
    Product: { __resolveReference: byKey('upc', PRODUCTS) },
  },
};

const stockOf = byKey('upc', STOCK);

const inventory: SubgraphSource = {
  name: 'inventory',
  typeDefs: `${FEDERATION}
    type Product @key(fields: "upc") {
      upc: ID!
      price: Int! @external
      weight: Int! @external
      inStock: Boolean!
      shippingEstimate: Int! @requires(fields: "price weight")
    }
  `,
  resolvers: {
    Product: {
      // Price and weight are what the router sends along; nothing here knows them.
      __resolveReference: (product: Product) => ({ ...product, ...stockOf(product as unknown as Stock) }),
      inStock: ({ upc }: Product) => stockOf({ upc } as Stock)?.inStock,
      shippingEstimate: ({ price, weight }: Product) => (price > 1000 ? 0 : Math.trunc(weight / 2)),
    },
  },
};

const reviews: SubgraphSource = {
  name: 'reviews',
  typeDefs: `${FEDERATION}
    type Review @key(fields: "id") { id: ID! body: String! author: User! product: Product! }
    type User @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Product @key(fields: "upc") { upc: ID! reviews: [Review!]! }
  `,
  resolvers: {
    Review: {
      __resolveReference: byKey('id', REVIEWS),
      author: ({ authorId }: Review) => USERS.find(({ id }) => id === authorId),
      product: ({ upc }: Review) => PRODUCTS.find((product) => product.upc === upc),
    },
    User: { reviews: ({ id }: User) => REVIEWS.filter(({ authorId }) => authorId === id) },
    Product: { reviews: ({ upc }: Product) => REVIEWS.filter((review) => review.upc === upc) },
  },
};

/** Who wrote what about which goods, and what else they wrote: few entities, met again and again. */
const QUERY = /* GraphQL */ `
  query Overview {
    users {
      ...Person
      reviews {
        ...Verdict
        product {
          ...Goods
          reviews {
            ...Verdict
            author {
              ...Person
              reviews {
                ...Verdict
                product {
                  ...Goods
                }
              }
            }
          }
        }
      }
    }
    topProducts(first: 5) {
      ...Goods
      reviews {
        ...Verdict
        author {
          ...Person
          reviews {
            ...Verdict
            product {
              ...Goods
            }
          }
        }
      }
    }
  }
  fragment Person on User {
    id
    username
    name
  }
  fragment Verdict on Review {
    id
    body
  }
  fragment Goods on Product {
    upc
    name
    price
    weight
    inStock
    shippingEstimate
  }
`;

export const heavy: Workload = {
  name: 'heavy',
  about: '88 kB answer, 4 subgraphs, deep entity fetches',
  subgraphs: [users, products, inventory, reviews],
  requests: { Overview: request(QUERY) },
};
