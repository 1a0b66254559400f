import { DEPTHS, facetNames, growth, SUBGRAPHS } from '../../workloads/growth.ts';
import type { Answer } from './server.ts';
import { connect, entitiesOf, prepare, type Subgraph } from './subgraph.ts';

interface Item {
  readonly id: string;
  readonly name: string;
}
interface Node {
  id: string;
  name: string;
  right?: Node;
  left?: Node;
}
type Facet = Readonly<Record<string, string>>;

const ITEMS = prepare('query($first:Int!){items(first:$first){id name}}');
const RIGHT = entitiesOf('Item', 'right{id}');
const NAMED_LEFT = entitiesOf('Item', 'name left{id name}');
const NAME = entitiesOf('Item', 'name');
const representation = ({ id }: { readonly id: string }) => ({ __typename: 'Item', id });

/** A server for each point of the growth workload, by the query's text. */
export function createGrowth(urls: Readonly<Record<string, string>>): ReadonlyMap<string, Answer> {
  const subgraphs = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, connect(url)]));
  const text = (name: string) => growth.requests[name]?.query ?? '';
  return new Map([
    [text('entities 10'), acrossSubgraphs(subgraphs, facetNames(3))],
    ...SUBGRAPHS.map((count) => [text(`subgraphs ${count}`), acrossSubgraphs(subgraphs, facetNames(count))] as const),
    ...DEPTHS.map((depth) => [text(`depth ${depth}`), downTo(subgraphs, depth)] as const),
  ]);
}

const at = (subgraphs: Readonly<Record<string, Subgraph>>, name: string) => subgraphs[name] as Subgraph;

function acrossSubgraphs(subgraphs: Readonly<Record<string, Subgraph>>, facets: readonly string[]): Answer {
  const queries = facets.map((name) => entitiesOf('Item', name));
  return async ({ first = 20 }) => {
    const { items } = await at(subgraphs, 'items').query<{ items: readonly Item[] }>(ITEMS, { first });
    const representations = items.map(representation);
    const found = await Promise.all(
      facets.map((name, index) =>
        at(subgraphs, name).entities<Facet>(queries[index] as (typeof queries)[0], representations),
      ),
    );
    const answer = items.map(({ id, name }, row) => {
      const item: Record<string, unknown> = { id, name };
      for (const [index, facet] of facets.entries()) item[facet] = found[index]?.[row]?.[facet];
      return item;
    });
    return JSON.stringify({ data: { items: answer } });
  };
}

/** A step to the right is asked of one subgraph, its name and the step to the left of the other. */
function downTo(subgraphs: Readonly<Record<string, Subgraph>>, depth: number): Answer {
  const items = at(subgraphs, 'items');
  const facet = at(subgraphs, 'facet2');
  return async () => {
    const { items: roots } = await items.query<{ items: Node[] }>(ITEMS, { first: 20 });
    let level = roots;
    for (let step = 1; step <= depth; step += 2) {
      const rights = await facet.entities<{ right: Node }>(RIGHT, level.map(representation));
      const last = step === depth;
      const named = await items.entities<{ name: string; left: Node }>(
        last ? NAME : NAMED_LEFT,
        rights.map(({ right }) => representation(right)),
      );
      level = level.map((node, index) => {
        const { id } = (rights[index] as { right: Node }).right;
        const { name, left } = named[index] as { name: string; left: Node };
        node.right = last ? { id, name } : { id, name, left };
        return left;
      });
    }
    return JSON.stringify({ data: { items: roots } });
  };
}
