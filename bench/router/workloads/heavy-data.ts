export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

export interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

export interface Stock {
  readonly upc: string;
  readonly inStock: boolean;
}

export interface Review {
  readonly id: string;
  readonly body: string;
  readonly authorId: string;
  readonly upc: string;
}

const PEOPLE = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Barbara Liskov', 'Edsger Dijkstra', 'Frances Allen'];
const GOODS = ['Table', 'Couch', 'Glass', 'Chair', 'TV', 'Lamp', 'Grill', 'Fridge', 'Sofa'];
const VERDICTS = [
  'Love it! Would buy again.',
  'Too expensive for this.',
  'Could be better.',
  'Prefer something else.',
  'Sturdy, and easy to put together.',
  'Arrived a day late, works as told.',
];

export const USERS: readonly User[] = PEOPLE.map((name, index) => ({
  id: `u${index + 1}`,
  username: `@${name.split(' ')[0]?.toLowerCase()}`,
  name,
}));

export const PRODUCTS: readonly Product[] = GOODS.map((name, index) => ({
  upc: `p${index + 1}`,
  name,
  price: 54 + ((index * 397) % 1900),
  weight: 40 + ((index * 211) % 1300),
}));

export const STOCK: readonly Stock[] = PRODUCTS.map(({ upc }, index) => ({ upc, inStock: index % 3 !== 1 }));

/** Few writers and few goods: the same entities come back at every level of the answer. */
export const REVIEWS: readonly Review[] = Array.from({ length: 21 }, (_, index) => ({
  id: `r${index + 1}`,
  body: VERDICTS[index % VERDICTS.length] as string,
  authorId: `u${1 + (index % 4)}`,
  upc: `p${1 + ((index * 5) % 6)}`,
}));
