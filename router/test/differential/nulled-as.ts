import type { EngineAnswer } from '../federation/engine.ts';

/**
 * Data with null wherever ours is null and an error says why: at or below it, or without a place, as where a subgraph told of
 * other entities than it was asked for. Where nobody told the type of an object that its fields depend on, the gateway goes on
 * as if it were of another; ours is null.
 */
export function nulledAs({ data, errors }: EngineAnswer, other: unknown): unknown {
  const placeless = errors.some(({ path }) => !path);
  const told = new Set(errors.flatMap(({ path = [] }) => path.map((_, index) => path.slice(0, index + 1).join('.'))));
  const nulled = (mine: unknown, theirs: unknown, path: readonly (string | number)[]): unknown => {
    if (mine === null) return placeless || told.has(path.join('.')) ? null : theirs;
    if (Array.isArray(mine) && Array.isArray(theirs))
      return theirs.map((item, index) => nulled(mine[index], item, [...path, index]));
    if (!isObject(mine) || !isObject(theirs)) return theirs;
    return Object.fromEntries(
      Object.entries(theirs).map(([key, value]) => [key, nulled(mine[key], value, [...path, key])]),
    );
  };
  return nulled(data, other, []);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
