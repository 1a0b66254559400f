import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Path } from './complete.ts';
import { isOfType } from './rewrites.ts';
import { type Json, placesAt } from './walk.ts';

/** Entities whose arguments from context are the same, with the text of these variables. */
export type ContextArguments = (
  root: Json,
) => readonly { readonly variables: string; readonly entities: readonly Json[] }[];

const FRAGMENT = '... on ';
const UP = '..';

/** Reads what `@fromContext` takes from above each entity of a fetch; null where it takes nothing. */
export function compileContextArguments(
  { contextRewrites }: FetchNode,
  path: readonly (string | number)[],
  schema: GraphQLSchema,
): ContextArguments | null {
  if (!contextRewrites?.length) return null;
  return (root) => {
    const groups = new Map<string, { variables: string; entities: Json[] }>();
    for (const { entity, path: place } of placesAt(path, root)) {
      const values = new Map<string, unknown>();
      for (const { path: from, renameKeyTo } of contextRewrites) {
        const value = valueFrom(schema, root, place, from);
        if (value !== undefined || !values.has(renameKeyTo)) values.set(renameKeyTo, value);
      }
      const variables = [...values]
        .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`)
        .join('');
      const group = groups.get(variables) ?? { variables, entities: [] };
      groups.set(variables, group);
      group.entities.push(entity);
    }
    return [...groups.values()];
  };
}

/** `..` goes up one field, past the lists between; then the path goes down, through fragments that apply. */
function valueFrom(schema: GraphQLSchema, root: Json, place: Path, path: readonly string[]): unknown {
  const ups = path.findIndex((element) => element !== UP);
  let depth = place.length;
  for (let up = 0; up < ups && depth > 0; up++) {
    depth--;
    while (depth > 0 && typeof place[depth] === 'number') depth--;
  }
  let value: unknown = root;
  for (const element of place.slice(0, depth)) value = (value as Json)[element];
  for (const element of path.slice(ups)) {
    if (Array.isArray(value)) return undefined;
    if (typeof value !== 'object' || value === null) return undefined;
    if (!element.startsWith(FRAGMENT)) value = Object.hasOwn(value, element) ? (value as Json)[element] : undefined;
    else if (!isOfType(schema, value as Json, element.slice(FRAGMENT.length), true)) return undefined;
  }
  return value;
}
