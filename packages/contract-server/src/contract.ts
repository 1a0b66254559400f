import { isObject, type Json, type JsonObject, pointedTo, step, toJsonSchema } from './json-schema.ts';
import { describeParameters } from './swagger-2.ts';
import { createValidation, type Validation } from './validation.ts';

/** One operation of a provider's API, and what it says of requests and answers. */
export interface Operation {
  /** The contract's own name; `POST /path` where it gives none. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The values of the path's parameters, or null for another path. */
  readonly match: (path: string) => Record<string, string> | null;
  readonly parameters: readonly Parameter[];
  /** By media type; `required` says whether it may be left out. */
  readonly body: { readonly required: boolean; readonly content: ReadonlyMap<string, string | null> } | null;
  /** By status, such as `200`, `4XX` or `default`: the pointer to the answer's schema by media type. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, string | null>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** Where its schema is; null when it has none. */
  readonly schema: string | null;
  /** How a list stands in one value; null where each has a value of its own. */
  readonly separator: string | null;
}

export interface Contract {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly validation: Validation;
  /** Compiles every schema now: the first use of a large one takes seconds, longer than a caller may wait. */
  compile(): void;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/**
 * Reads an OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0 document. `mend` repairs what is known to be wrong in a published
 * one, before it is read.
 */
export function readContract(published: unknown, mend: (document: JsonObject) => void = () => {}): Contract {
  const copy = structuredClone(published) as JsonObject;
  mend(copy);
  if (copy.swagger === '2.0') describeParameters(copy);
  const is31 = String(copy.openapi).startsWith('3.1');
  const document = (is31 ? copy : toJsonSchema(copy)) as JsonObject;
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(document.paths as JsonObject)) {
    if (!isObject(item)) continue;
    for (const method of METHODS)
      if (isObject(item[method])) operations.push(readOperation(document, path, method, item));
  }
  // A path in words goes before one with a parameter at the same place.
  operations.sort((one, other) => one.path.split('{').length - other.path.split('{').length);
  const { title = '' } = document.info as { title?: string };
  const validation = createValidation(document, is31);
  return { title, operations, validation, compile: () => compileAll(operations, validation) };
}

function compileAll(operations: readonly Operation[], validation: Validation): void {
  for (const { parameters, body, answers } of operations) {
    // Parameters and forms are read, answers are checked as they are; JSON of a body is checked, too.
    for (const { schema } of parameters) if (schema) validation.read(schema, undefined);
    for (const [type, schema] of body?.content ?? [])
      if (schema)
        type === 'application/json' ? validation.problems(schema, undefined) : validation.read(schema, undefined);
    for (const content of answers.values())
      for (const schema of content.values()) if (schema) validation.problems(schema, undefined);
  }
}

function readOperation(document: JsonObject, path: string, method: string, item: JsonObject): Operation {
  const at = step(step('#/paths', path), method);
  const operation = item[method] as JsonObject;
  const lists = [
    [item.parameters, step(step('#/paths', path), 'parameters')],
    [operation.parameters, step(at, 'parameters')],
  ] as const;
  const parameters = lists.flatMap(([list, pointer]) =>
    Array.isArray(list) ? list.map((_, index) => resolve(document, step(pointer, String(index)))) : [],
  );
  return {
    name: typeof operation.operationId === 'string' ? operation.operationId : `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    match: matcherOf(path),
    parameters: parameters.flatMap(({ value, pointer }) => readParameter(value, pointer)),
    body: readBody(document, at, operation, parameters),
    answers: readAnswers(document, at, operation),
  };
}

type Located = { readonly value: JsonObject; readonly pointer: string };

/** What is at the pointer, through references. */
function resolve(document: JsonObject, pointer: string): Located {
  const value = pointedTo(document, pointer) as JsonObject;
  return typeof value.$ref === 'string' ? resolve(document, value.$ref) : { value, pointer };
}

function matcherOf(path: string): Operation['match'] {
  const names: string[] = [];
  const pattern = path.replace(/[.*+?^$()|\\]/g, '\\$&').replace(/\{([^}]+)\}/g, (_, name: string) => {
    names.push(name);
    return '([^/]+)';
  });
  const expression = new RegExp(`^${pattern}$`);
  return (asked) => {
    const found = expression.exec(asked);
    return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
  };
}

const SEPARATORS: Record<string, string> = { csv: ',', pipes: '|', ssv: ' ', tsv: '\t' };

function readParameter(value: JsonObject, pointer: string): Parameter[] {
  const { name, in: place, required, style, explode, collectionFormat } = value as Record<string, unknown>;
  if (place !== 'path' && place !== 'query' && place !== 'header') return [];
  const isOldList = value.type === 'array';
  const separator = isOldList
    ? (SEPARATORS[String(collectionFormat ?? 'csv')] ?? null)
    : style === 'form' && explode === false
      ? ','
      : null;
  const schema = value.schema ? step(pointer, 'schema') : null;
  return [{ name: String(name), in: place, required: required === true, schema, separator }];
}

function readBody(document: JsonObject, at: string, operation: JsonObject, parameters: Located[]): Operation['body'] {
  const old = parameters.find(({ value }) => value.in === 'body');
  if (old)
    return {
      required: old.value.required === true,
      content: new Map([['application/json', step(old.pointer, 'schema')]]),
    };
  if (!operation.requestBody) return null;
  const { value, pointer } = resolve(document, step(at, 'requestBody'));
  return { required: value.required === true, content: readContent(value.content, step(pointer, 'content')) };
}

const readContent = (content: Json | undefined, pointer: string): Map<string, string | null> =>
  new Map(
    Object.entries(isObject(content) ? content : {}).map(([type, media]) => [
      type,
      isObject(media) && media.schema ? step(step(pointer, type), 'schema') : null,
    ]),
  );

function readAnswers(document: JsonObject, at: string, operation: JsonObject): Operation['answers'] {
  const responses = isObject(operation.responses) ? Object.keys(operation.responses) : [];
  return new Map(
    responses.map((status) => {
      const { value, pointer } = resolve(document, step(step(at, 'responses'), status));
      if (value.schema) return [status, new Map([['application/json', step(pointer, 'schema')]])];
      return [status, readContent(value.content, step(pointer, 'content'))];
    }),
  );
}
