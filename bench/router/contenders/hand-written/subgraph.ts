import { Pool } from 'undici';

/** The body of a request up to its variables: a query's text is escaped once. */
export type Prepared = string & { readonly prepared: unique symbol };

export const prepare = (query: string) => `{"query":${JSON.stringify(query)},"variables":` as Prepared;

/** An `_entities` query for one type. */
export const entitiesOf = (type: string, selection: string) =>
  prepare(`query($r:[_Any!]!){_entities(representations:$r){...on ${type}{${selection}}}}`);

/** One subgraph, asked over kept connections. */
export interface Subgraph {
  query<T>(query: Prepared, variables: Readonly<Record<string, unknown>>): Promise<T>;
  /** The entities of these representations, in their order. */
  entities<T>(query: Prepared, representations: readonly unknown[]): Promise<readonly T[]>;
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

export function connect(url: string): Subgraph {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin);
  async function ask<T>(body: string): Promise<T> {
    const answer = await pool.request({ path, method: 'POST', headers: HEADERS, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${origin} answered ${answer.statusCode}`);
    const { data, errors } = JSON.parse(text) as { data?: T; errors?: readonly { message: string }[] };
    if (!data || errors) throw new Error(`${origin}: ${errors?.[0]?.message ?? 'no data'}`);
    return data;
  }
  return {
    query: (query, variables) => ask(`${query}${JSON.stringify(variables)}}`),
    async entities<T>(query: Prepared, representations: readonly unknown[]) {
      const body = `${query}{"r":${JSON.stringify(representations)}}}`;
      return (await ask<{ readonly _entities: readonly T[] }>(body))._entities;
    },
  };
}
