import { isDeepStrictEqual } from 'node:util';
import { type EngineAnswer, pathText } from '../federation/engine.ts';
import { stockKeepsToItself } from './known-differences.ts';

/** The paths of all errors, each once. */
export const pathsOf = ({ errors }: EngineAnswer): string[] => [...new Set(errors.map(pathText))].sort();

/** Whether both tell of errors at the same places, or the gateway of others for a reason of its own. */
export function haveSamePlaces(ours: EngineAnswer, stock: EngineAnswer, truth: EngineAnswer): boolean {
  const told = ours.errors.filter((error) => !stockKeepsToItself(error));
  const [a, b] = [pathsOf({ ...ours, errors: told }), pathsOf(stock)];
  const [idle, missing] = [a.filter((path) => !b.includes(path)), b.filter((path) => !a.includes(path))];
  // Of entities of several types in one list the gateway counts those alone that it has asked for, and so comes to
  // objects that were not asked for the field, or that lost nothing.
  const isMiscounted = (path: string) =>
    !hasField(path, ours.data) ||
    (idle.some((other) => withoutIndices(other) === withoutIndices(path)) &&
      isDeepStrictEqual(valueAt(path, ours.data), valueAt(path, truth.data)));
  if (missing.some(isMiscounted)) return true;
  const met = (path: string, others: readonly string[]) => others.some((other) => sameNull(path, other, ours.data));
  // The gateway goes through fields in another order, and comes to another one first that takes the same object with it.
  return idle.every((path) => met(path, b)) && missing.every((path) => met(path, a));
}

/** Whether two errors are about different fields, neither above the other, that the same null has taken with it. */
export function sameNull(one: string, other: string, data: unknown): boolean {
  const [path, second] = [one.split('.'), other.split('.')];
  const common = path.findIndex((element, index) => element !== second[index]);
  if (common < 0 || common >= second.length) return false;
  return valueAt(path.slice(0, common).join('.'), data) === null;
}

/** What is at a path, or the null above it. */
export const valueAt = (path: string, data: unknown): unknown =>
  path.split('.').reduce((value, element) => (isObject(value) ? value[element] : value), data);

/** Whether the object that a path leads to was asked for the field at its end. */
function hasField(path: string, data: unknown): boolean {
  let value = data;
  for (const element of path.split('.')) {
    if (!isObject(value)) return true;
    if (!Object.hasOwn(value, element)) return false;
    value = value[element];
  }
  return true;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const withoutIndices = (path: string): string => path.replace(/\.\d+(?=\.|$)/g, '');
