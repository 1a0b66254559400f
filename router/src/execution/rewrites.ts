import type { FetchDataRewrite } from '@apollo/query-planner';
import { type GraphQLSchema, isCompositeType } from 'graphql';
import { applies } from './shape.ts';
import type { Json } from './walk.ts';

export type Rewrite = (value: unknown) => void;

const FRAGMENT = '... on ';

/** What the planner asks to be renamed or set in what is sent to a subgraph, or in what it answers; null where nothing is. */
export function compileRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
): Rewrite | null {
  if (!rewrites?.length) return null;
  const all = rewrites.map((rewrite) => {
    const change = changeOf(rewrite);
    const parents = rewrite.path.slice(0, -1);
    return (value: unknown) => atPath(schema, parents, 0, value, change);
  });
  return (value) => {
    for (const rewrite of all) rewrite(value);
  };
}

function changeOf(rewrite: FetchDataRewrite): (object: Json) => void {
  const key = String(rewrite.path.at(-1));
  if (rewrite.kind === 'ValueSetter') return (object) => define(object, key, rewrite.setValueTo);
  return (object) => {
    if (!Object.hasOwn(object, key) || object[key] === undefined) return;
    define(object, rewrite.renameKeyTo, object[key]);
    object[key] = undefined;
  };
}

function atPath(
  schema: GraphQLSchema,
  path: readonly string[],
  index: number,
  value: unknown,
  change: (object: Json) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) atPath(schema, path, index, item, change);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const element = path[index];
  if (element === undefined) change(value as Json);
  else if (!element.startsWith(FRAGMENT)) {
    if (Object.hasOwn(value, element)) atPath(schema, path, index + 1, (value as Json)[element], change);
  } else if (isOfType(schema, value as Json, element.slice(FRAGMENT.length), true))
    atPath(schema, path, index + 1, value, change);
}

/** Whether an object is of a type by its `__typename`; `otherwise` where it has none. */
export function isOfType(schema: GraphQLSchema, object: Json, condition: string, otherwise: boolean): boolean {
  const typename = object.__typename;
  if (!typename) return otherwise;
  if (typename === condition) return true;
  const [type, conditionType] = [schema.getType(String(typename)), schema.getType(condition)];
  return isCompositeType(type) && isCompositeType(conditionType) && applies(schema, conditionType, type);
}

/** Sets an own property whatever its name: assigning `__proto__` would do something else. */
export function define(object: Json, key: string, value: unknown): void {
  if (key in Object.prototype)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}
