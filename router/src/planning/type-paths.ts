import type { FlattenNode } from '@apollo/query-planner';
import type { CompositeTypes } from './supergraph-document.ts';

/**
 * How the planner writes that a path goes on for objects of some types alone: `['', 'reviews', '@|[UserReview]', 'product']`.
 * Here the types stand alone, and with them the interfaces by whose name a subgraph may call such an object.
 */
export function separateTypes(path: FlattenNode['path'], types: CompositeTypes): FlattenNode['path'] {
  return path.flatMap((element): FlattenNode['path'] => {
    if (typeof element === 'number') return [element];
    const [name, condition] = element.split('|');
    if (!condition) return name ? [name] : [];
    const objects = condition.slice(1, -1).split(',');
    const names = new Set(objects.flatMap((object) => [object, ...(types.get(object)?.interfaces ?? [])]));
    return [...(name ? [name] : []), `|[${[...names]}]`];
  });
}
