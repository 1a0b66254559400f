import { isObject, type Json, type JsonObject } from './json-schema.ts';

export interface SamplesOptions {
  /** What an object says it is, such as its `object` field: all of a kind are described together, wherever they stand. */
  readonly kindOf?: (object: JsonObject) => string | null;
  /** Whether what every sample has must be there. */
  readonly requires?: boolean;
}

/**
 * What samples have in common, as JSON Schema, for a provider that publishes recordings and no contract: each property that
 * was ever seen and no other, with the types it had, and required where it was always there.
 */
export function createSamples(samples: readonly Json[], { kindOf = () => null, requires = true }: SamplesOptions = {}) {
  const kinds = new Map<string, JsonObject[]>();
  for (const sample of samples) collect(sample, kindOf, kinds);

  function schemaOf(values: readonly Json[]): JsonObject {
    const variants: JsonObject[] = [];
    const lists = values.filter(Array.isArray);
    if (lists.length > 0) variants.push(listSchema(lists.flat()));
    const objects = values.filter((value) => isObject(value));
    variants.push(...refs(objects));
    const unnamed = objects.filter((object) => kindOf(object) === null);
    if (unnamed.length > 0) variants.push(objectSchema(unnamed));
    for (const type of ['string', 'boolean', 'number'])
      if (values.some((value) => typeof value === type)) variants.push({ type });
    if (values.includes(null)) variants.push({ type: 'null' });
    return variants.length === 1 ? (variants[0] as JsonObject) : { anyOf: variants };
  }

  const refs = (objects: readonly JsonObject[]): JsonObject[] =>
    [...new Set(objects.map(kindOf))]
      .filter((kind) => kind !== null)
      .map((kind) => ({ $ref: `#/components/schemas/${kind}` }));

  // Of a list that was always empty nothing is known.
  const listSchema = (items: readonly Json[]): JsonObject =>
    items.length === 0 ? { type: 'array' } : { type: 'array', items: schemaOf(items) };

  function objectSchema(objects: readonly JsonObject[]): JsonObject {
    const names = [...new Set(objects.flatMap(Object.keys))];
    const having = (name: string) => objects.filter((object) => name in object);
    return {
      type: 'object',
      properties: Object.fromEntries(
        names.map((name) => [name, schemaOf(having(name).map((object) => object[name] as Json))]),
      ),
      ...(requires && { required: names.filter((name) => having(name).length === objects.length) }),
      additionalProperties: false,
    };
  }

  return {
    schemaOf,
    /** The kinds, for `components.schemas`. */
    schemas: (): JsonObject => Object.fromEntries([...kinds].map(([kind, objects]) => [kind, objectSchema(objects)])),
  };
}

function collect(value: Json, kindOf: (object: JsonObject) => string | null, kinds: Map<string, JsonObject[]>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, kindOf, kinds);
  if (!isObject(value)) return;
  const kind = kindOf(value);
  if (kind !== null) kinds.set(kind, [...(kinds.get(kind) ?? []), value]);
  for (const part of Object.values(value)) collect(part, kindOf, kinds);
}
