import { isObject, type Json, type JsonObject } from './json-schema.ts';

/** What Swagger 2.0 says of a parameter's value in the parameter itself. */
const WORDS = [
  ...['type', 'format', 'items', 'enum', 'default', 'pattern', 'minLength', 'maxLength'],
  ...[
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'minItems',
    'maxItems',
    'uniqueItems',
  ],
];

/** Gives the parameters of a Swagger 2.0 document schemas, as those of OpenAPI 3 have. */
export function describeParameters(document: JsonObject): void {
  const items = Object.values(isObject(document.paths) ? document.paths : {}).filter(isObject);
  const holders = [...items, ...items.flatMap((item) => Object.values(item).filter(isObject))];
  const lists = [document.parameters, ...holders.map((holder) => holder.parameters)];
  for (const list of lists) for (const parameter of valuesOf(list)) describe(parameter);
}

function describe(parameter: JsonObject): void {
  if (typeof parameter.type !== 'string' || parameter.schema !== undefined) return;
  const schema = Object.fromEntries(WORDS.filter((word) => word in parameter).map((word) => [word, parameter[word]]));
  // Said by repeating its name, a list of one looks like its one value.
  parameter.schema = (parameter.collectionFormat === 'multi' ? { anyOf: [schema, parameter.items] } : schema) as Json;
}

const valuesOf = (list: Json | undefined): JsonObject[] =>
  (Array.isArray(list) ? list : isObject(list) ? Object.values(list) : []).filter(isObject);
