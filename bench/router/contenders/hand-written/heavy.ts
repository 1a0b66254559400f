import { createSources, type Goods, type Listed, type Person, type Sources } from './heavy-goods.ts';
import type { Answer } from './server.ts';
import { connect, entitiesOf, prepare } from './subgraph.ts';

interface ProductKey {
  readonly upc: string;
}
/** What an author wrote, down to the key of the goods. */
interface Written {
  readonly id: string;
  readonly body: string;
  readonly product: ProductKey;
}
interface Author {
  readonly id: string;
  readonly reviews: readonly Written[];
}
/** A review of goods, with its author and what else they wrote. */
interface Received {
  readonly id: string;
  readonly body: string;
  readonly author: Author;
}
interface Reviewed extends ProductKey {
  readonly reviews: readonly Received[];
}
interface UserReviews {
  readonly reviews: readonly { readonly id: string; readonly body: string; readonly product: Reviewed }[];
}
type User = Person & { readonly id: string };

const RECEIVED = 'reviews{id body author{id reviews{id body product{upc}}}}';
const USERS = prepare('{users{id username name}}');
const TOP_PRODUCTS = prepare('{topProducts(first:5){upc name price weight}}');
const USER_REVIEWS = entitiesOf('User', `reviews{id body product{upc ${RECEIVED}}}`);
const PRODUCT_REVIEWS = entitiesOf('Product', RECEIVED);

/** The overview: users and top products, each with all that hangs below, side by side. */
export function createOverview(urls: Readonly<Record<string, string>>, once: boolean): Answer {
  const users = connect(urls.users as string);
  const products = connect(urls.products as string);
  const reviews = connect(urls.reviews as string);
  const sources = createSources(urls, once);

  async function usersBranch() {
    const { users: people } = await users.query<{ users: readonly User[] }>(USERS, {});
    const written = await reviews.entities<UserReviews>(
      USER_REVIEWS,
      people.map(({ id }) => ({ __typename: 'User', id })),
    );
    const reviewed = written.flatMap((one) => one.reviews.map(({ product }) => product));
    const [goods, answerBelow] = await Promise.all([
      sources.goods(reviewed.map(({ upc }) => upc)),
      fetchBelow(sources, reviewed),
    ]);
    let place = 0;
    return people.map(({ id, username, name }, index) => ({
      id,
      username,
      name,
      reviews: (written[index] as UserReviews).reviews.map(({ id, body, product }) => ({
        id,
        body,
        product: withReviews(goods[place++] as Goods, answerBelow(product.reviews)),
      })),
    }));
  }

  async function productsBranch() {
    const { topProducts } = await products.query<{ topProducts: readonly Listed[] }>(TOP_PRODUCTS, {});
    const [goods, [received, answerBelow]] = await Promise.all([
      sources.stocked(topProducts),
      reviews
        .entities<Reviewed>(
          PRODUCT_REVIEWS,
          topProducts.map(({ upc }) => ({ __typename: 'Product', upc })),
        )
        .then(async (found) => [found, await fetchBelow(sources, found)] as const),
    ]);
    return goods.map((one, index) => withReviews(one, answerBelow((received[index] as Reviewed).reviews)));
  }

  return async () => {
    const [people, topProducts] = await Promise.all([usersBranch(), productsBranch()]);
    return JSON.stringify({ data: { users: people, topProducts } });
  };
}

const withReviews = <T>({ upc, name, price, weight, inStock, shippingEstimate }: Goods, reviews: T) => ({
  upc,
  name,
  price,
  weight,
  inStock,
  shippingEstimate,
  reviews,
});

/**
 * Fetches the authors of these products' reviews, and the goods of what they wrote. What it gives writes the answer of one
 * product's reviews after the other, in the order of the products.
 */
async function fetchBelow(sources: Sources, reviewed: readonly Reviewed[]) {
  const ids: string[] = [];
  const upcs: string[] = [];
  for (const { reviews } of reviewed)
    for (const { author } of reviews) {
      ids.push(author.id);
      for (const { product } of author.reviews) upcs.push(product.upc);
    }
  const [people, goods] = await Promise.all([sources.people(ids), sources.goods(upcs)]);
  let authors = 0;
  let products = 0;
  return (reviews: readonly Received[]) =>
    reviews.map(({ id, body, author }) => {
      const { username, name } = people[authors++] as Person;
      const written = author.reviews.map(({ id, body }) => ({ id, body, product: goods[products++] as Goods }));
      return { id, body, author: { id: author.id, username, name, reviews: written } };
    });
}
