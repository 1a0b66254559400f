import type { EngineAnswer } from '../federation/engine.ts';
import { stockKeepsToItself } from './known-differences.ts';

/**
 * The other answer with null wherever ours is null and an error says why: at or below it, or without a place, as where a
 * subgraph told of other entities than it was asked for. Where nobody told the type of an object that its fields depend on, the
 * gateway goes on as if it were of another, and may meet errors below that ours has not come to; ours is null.
 */
export function nulledAs({ data, errors }: EngineAnswer, other: EngineAnswer): EngineAnswer {
  const placeless = errors.some(({ path }) => !path);
  const told = placesOf(errors);
  const untold = placesOf(errors.filter(stockKeepsToItself));
  const gone: Path[] = [];
  const nulled = (mine: unknown, theirs: unknown, path: Path): unknown => {
    if (mine === null) {
      const place = path.join('.');
      // Null for both, and for reasons of their own: ours has not come to the gateway's.
      if (theirs === null ? untold.has(place) : placeless || told.has(place)) gone.push(path);
      else return theirs;
      return null;
    }
    if (Array.isArray(mine) && Array.isArray(theirs))
      return theirs.map((item, index) => nulled(mine[index], item, [...path, index]));
    if (!isObject(mine) || !isObject(theirs)) return theirs;
    return Object.fromEntries(
      Object.entries(theirs).map(([key, value]) => [key, nulled(mine[key], value, [...path, key])]),
    );
  };
  const rest = nulled(data, other.data, []);
  const isGone = (place: Path) =>
    !told.has(place.join('.')) && gone.some((path) => path.every((element, index) => element === place[index]));
  return { ...other, data: rest, errors: other.errors.filter(({ path }) => !path || !isGone(path)) };
}

/** Where errors are, and all places above. */
const placesOf = (errors: EngineAnswer['errors']): ReadonlySet<string> =>
  new Set(errors.flatMap(({ path = [] }) => ['', ...path.map((_, index) => path.slice(0, index + 1).join('.'))]));

type Path = readonly (string | number)[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
