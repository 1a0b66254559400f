import type { GraphQLFormattedError } from 'graphql';
import { accepts } from './leaf.ts';
import type { FieldShape, ObjectShape, ValueShape, Variant } from './shape.ts';

export type Path = (string | number)[];

/** What introspection fields answer, by response key and node; computed by graphql-js on the API schema. */
export type Introspect = (field: FieldShape & { readonly kind: 'introspection' }) => unknown;

export interface Completed {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLFormattedError[];
}

/** A place that cannot have the null it has: the nearest place above that can takes it. */
const NULLED = Symbol('nulled');

/**
 * Brings what the subgraphs answered into the form that was asked for, value by value, and says what did not fit and where.
 * Exact and slow: the compiled writer does the same for answers without a fault, and leaves the others to this.
 */
export function complete(shape: ObjectShape, data: Record<string, unknown>, introspect: Introspect): Completed {
  const errors: GraphQLFormattedError[] = [];
  const path: Path = [];
  const fail = (message: string) =>
    void errors.push({ message, path: [...path], extensions: { code: 'INVALID_GRAPHQL' } });

  function value(of: ValueShape, given: unknown, where: string): unknown {
    if (of.kind === 'non-null') {
      const before = errors.length;
      const completed = value(of.of, given, where);
      if (completed !== null) return completed;
      // The fault that made it null has been told already.
      if (errors.length === before) fail(`Cannot return null for non-nullable ${where}.`);
      return NULLED;
    }
    if (given === null || given === undefined) return null;
    if (of.kind === 'list') return list(of.of, given, where);
    if (of.kind === 'object') return object(of, given, where);
    if (accepts(of, given)) return given;
    return invalid(`Invalid value found for ${where}.`);
  }

  function list(of: ValueShape, given: unknown, where: string): unknown {
    if (!Array.isArray(given)) return invalid(`Invalid value found for ${where}.`);
    let nulled = false;
    const items = given.map((item, index) => {
      path.push(index);
      const completed = value(of, item, `element of ${where}`);
      path.pop();
      nulled ||= completed === NULLED;
      return completed;
    });
    return nulled ? null : items;
  }

  function object(of: ObjectShape, given: unknown, where: string): unknown {
    if (typeof given !== 'object' || Array.isArray(given)) return invalid(`Invalid value found for ${where}.`);
    const variant = variantFor(of, given as Record<string, unknown>);
    // The name that was given may be one that callers must not learn.
    if (!variant) return invalid(`Invalid __typename found for ${where}.`);
    return fields(variant, given as Record<string, unknown>);
  }

  function fields({ objectType, fields }: Variant, given: Record<string, unknown>): Record<string, unknown> | null {
    const output: Record<string, unknown> = Object.create(null);
    for (const field of fields) {
      if (field.kind === 'introspection') output[field.key] = introspect(field);
      else if (field.kind === 'typename') {
        if (objectType === null) return invalid('Cannot tell the type of an object.');
        output[field.key] = objectType;
      } else {
        path.push(field.key);
        const completed = value(field.value, own(given, field.source), `field ${field.name}`);
        path.pop();
        if (completed === NULLED) return null;
        output[field.key] = completed;
      }
    }
    return output;
  }

  function invalid(message: string): null {
    fail(message);
    return null;
  }

  return { data: fields(rootOf(shape), data), errors };
}

/** The fields of the operation itself, whose type has but one variant. */
export const rootOf = (shape: ObjectShape): Variant => [...shape.variants.values()][0] as Variant;

/** The fields that are meant for this object; undefined where it says to be something it cannot be here. */
export function variantFor(shape: ObjectShape, given: Record<string, unknown>): Variant | undefined {
  const typename = own(given, '__typename');
  if (typename === undefined || typename === null) return shape.variants.get(shape.type);
  return typeof typename === 'string' ? shape.variants.get(typename) : undefined;
}

export const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
