import type { Contract, Operation, Parameter } from './contract.ts';
import { readForm } from './form.ts';

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A request that was read by the contract: numbers are numbers where it says so. */
export interface Call {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The form or the JSON; undefined without one. */
  // biome-ignore lint/suspicious/noExplicitAny: its type is the contract's, which is known at run time alone.
  readonly body: any;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON; a text or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads a request, and says in words where it is not as the contract says. */
export function checkRequest(
  { validation }: Contract,
  operation: Operation,
  request: RawRequest,
): { readonly call: Call; readonly problems: string[] } {
  const params = operation.match(request.path) ?? {};
  const given = { path: params, query: readForm(request.query), header: request.headers };
  const problems: string[] = [];
  const query: Record<string, unknown> = {};
  for (const parameter of operation.parameters) {
    const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
    const value = givenBy(parameter, valueIn(given[parameter.in] as Record<string, unknown>, name));
    if (value === undefined) {
      if (parameter.required) problems.push(`${parameter.in} ${parameter.name}: is missing`);
      continue;
    }
    const read = parameter.schema ? validation.read(parameter.schema, value) : { data: value, problems: [] };
    problems.push(...read.problems.map((problem) => `${parameter.in} ${parameter.name}: ${problem}`));
    if (parameter.in === 'query') query[parameter.name] = read.data;
  }
  const known = new Set(operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name));
  for (const name of namesIn(given.query))
    if (!known.has(name) && !known.has(name.replace(/\[.*$/, '')) && !known.has(`${name}[]`))
      problems.push(`query ${name}: is not in the contract`);
  const body = checkBody(validation, operation, request);
  return {
    call: { operation: operation.name, params, query, headers: request.headers, body: body.data, text: request.text },
    problems: [...problems, ...body.problems.map((problem) => `body: ${problem}`)],
  };
}

const isNested = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A parameter may be named `page[size]`, which reads as the `size` of a `page`. */
function valueIn(given: Readonly<Record<string, unknown>>, name: string): unknown {
  const [, outer = '', inner = ''] = /^([^[]+)\[([^\]]+)\]$/.exec(name) ?? [];
  const nested = given[outer];
  return given[name] ?? (isNested(nested) ? nested[inner] : undefined);
}

const namesIn = (query: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(query).flatMap(([name, value]) =>
    isNested(value) ? Object.keys(value).map((inner) => `${name}[${inner}]`) : [name],
  );

const givenBy = ({ separator }: Parameter, value: unknown): unknown =>
  separator !== null && typeof value === 'string' ? value.split(separator) : value;

type Read = { readonly data: unknown; readonly problems: string[] };

function checkBody(validation: Contract['validation'], { body }: Operation, { headers, text }: RawRequest): Read {
  if (text === '') return { data: undefined, problems: body?.required ? ['is missing'] : [] };
  const type = mediaTypeOf(headers['content-type']);
  if (!body) return { data: parseJson(text), problems: type ? [`${type} where none belongs`] : [] };
  const schema = body.content.get(type);
  if (schema === undefined)
    return {
      data: parseJson(text),
      problems: [`is ${type || 'of no type'}, not one of ${[...body.content.keys()].join(', ')}`],
    };
  if (type === 'application/x-www-form-urlencoded') {
    const form = readForm(text);
    return schema === null ? { data: form, problems: [] } : validation.read(schema, form);
  }
  const data = parseJson(text);
  if (data === undefined) return { data, problems: ['is no JSON'] };
  return { data, problems: schema === null ? [] : validation.problems(schema, data) };
}

/** Says in words where an answer is not as the contract says. */
export function checkAnswer({ validation }: Contract, { answers }: Operation, answer: Answer): string[] {
  const status = String(answer.status);
  const content = answers.get(status) ?? answers.get(`${status[0]}XX`) ?? answers.get('default');
  if (!content) return [`the contract has no answer with status ${status}`];
  if (answer.body === undefined) return content.size > 0 && answer.status < 400 ? ['body: is missing'] : [];
  if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) return [];
  const type = mediaTypeOf(answer.headers?.['content-type']) || 'application/json';
  const schema = content.get(type) ?? content.get('application/json') ?? [...content.values()][0];
  // What goes over the wire is checked: without what JSON leaves out.
  const sent: unknown = JSON.parse(JSON.stringify(answer.body));
  return schema ? validation.problems(schema, sent).map((problem) => `body: ${problem}`) : [];
}

const mediaTypeOf = (header: string | undefined): string => (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
