import type { Path } from './complete.ts';

export type Json = Record<string, unknown>;
type Visit = (entity: Json) => void;
type Step = (value: unknown, visit: Visit) => void;

/** What the planner writes for "each item of the list". */
const EACH = '@';
/** What the planner writes for "of these types": `|[Book,Film]`. */
const OF_TYPES = '|[';

/** Whether an element of a path names a field, which stands in the path of an error too. */
export const isField = (element: string | number): boolean => element !== EACH && !String(element).startsWith(OF_TYPES);

/** What has no name of its own may be of any type. */
function isOfTypes(element: string): (value: Json) => boolean {
  const types = new Set<unknown>(element.slice(OF_TYPES.length, -1).split(','));
  return ({ __typename }) => __typename === undefined || types.has(__typename);
}

const end: Step = (value, visit) => {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const item of value) end(item, visit);
  else visit(value as Json);
};

/** Finds every object at a path such as `['books', '@', 'author']`. What is null or of another form on the way is passed by. */
export function compileWalk(path: readonly (string | number)[]): (root: Json, visit: Visit) => void {
  return path.reduceRight<Step>((next, element) => {
    if (element === EACH)
      return (value, visit) => {
        if (Array.isArray(value)) for (let i = 0; i < value.length; i++) next(value[i], visit);
      };
    const key = String(element);
    if (key.startsWith(OF_TYPES)) {
      const isMeant = isOfTypes(key);
      return (value, visit) => {
        if (typeof value === 'object' && value !== null && isMeant(value as Json)) next(value, visit);
      };
    }
    const inherited = key in Object.prototype;
    return (value, visit) => {
      if (typeof value !== 'object' || value === null) return;
      if (!inherited || Object.hasOwn(value, key)) next((value as Json)[key], visit);
    };
  }, end);
}

export interface Place {
  readonly entity: Json;
  readonly path: Path;
}

/** The same objects in the same order, each with its path in the answer. Slow: for errors, and for arguments from context. */
export function placesAt(path: readonly (string | number)[], root: Json): readonly Place[] {
  const places: Place[] = [];
  const at: Path = [];
  const each = (value: readonly unknown[], index: number) =>
    value.forEach((item, position) => {
      at.push(position);
      step(item, index);
      at.pop();
    });
  function step(value: unknown, index: number): void {
    if (typeof value !== 'object' || value === null) return;
    const element = path[index];
    if (element === undefined) {
      if (Array.isArray(value)) each(value, index);
      else places.push({ entity: value as Json, path: [...at] });
    } else if (element === EACH) {
      if (Array.isArray(value)) each(value, index + 1);
    } else if (!isField(element)) {
      if (isOfTypes(String(element))(value as Json)) step(value, index + 1);
    } else if (Object.hasOwn(value, element)) {
      at.push(element);
      step((value as Json)[element], index + 1);
      at.pop();
    }
  }
  step(root, 0);
  return places;
}
