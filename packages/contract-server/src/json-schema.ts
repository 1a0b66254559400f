/** Any part of a contract's document. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export type JsonObject = { [name: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The document with the schemas of OpenAPI 3.0 and Swagger 2.0 said in JSON Schema: `nullable` by a type, exclusive
 * bounds by numbers. OpenAPI 3.1 has JSON Schema already.
 */
export function toJsonSchema(value: Json): Json {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (!isObject(value)) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toJsonSchema(part)]));
  for (const [exclusive, bound] of BOUNDS)
    if (typeof schema[exclusive] === 'boolean') {
      if (schema[exclusive] && schema[bound] !== undefined) schema[exclusive] = schema[bound] as Json;
      else delete schema[exclusive];
    }
  const { nullable, 'x-nullable': alsoNullable, ...rest } = schema;
  // Where a property has the name `nullable`, its value is a schema.
  if (typeof nullable !== 'boolean' && typeof alsoNullable !== 'boolean') return schema;
  return nullable || alsoNullable ? { anyOf: [rest, { type: 'null' }] } : rest;
}

const BOUNDS = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

/** What a JSON pointer such as `#/components/schemas/Order` points to. */
export function pointedTo(document: Json, pointer: string): Json {
  let found: Json | undefined = document;
  for (const step of pointer.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[name] : Array.isArray(found) ? found[Number(name)] : undefined;
  }
  if (found === undefined) throw new Error(`the contract has nothing at ${pointer}`);
  return found;
}

/** One more step of a pointer, escaped as it stands in a URI. */
export const step = (pointer: string, name: string): string =>
  `${pointer}/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
