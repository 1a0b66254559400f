import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { JsonObject } from './json-schema.ts';

export interface Validation {
  /** What is wrong with the data, in words; nothing when it is as the schema at the pointer says. */
  problems(pointer: string, data: unknown): string[];
  /** The same for what came as text, such as a form: its numbers and booleans are read where the schema wants them. */
  read(pointer: string, data: unknown): { readonly data: unknown; readonly problems: string[] };
}

const OPTIONS: Options = {
  allErrors: true,
  strict: false,
  logger: false,
  // Some published patterns do not compile with the flag.
  unicodeRegExp: false,
};

export function createValidation(document: JsonObject, is31: boolean): Validation {
  const create = (options: Options) => {
    const ajv = is31 ? new Ajv2020(options) : new Ajv(options);
    formats.default(ajv);
    return ajv.addSchema(document, 'contract');
  };
  const exact = create(OPTIONS);
  const lenient = create({ ...OPTIONS, coerceTypes: true });
  const compiled = new Map<string, ValidateFunction>();

  function check(ajv: Ajv | Ajv2020, pointer: string, box: { value: unknown }): string[] {
    const key = `${ajv === lenient} ${pointer}`;
    const validate =
      compiled.get(key) ?? ajv.compile({ type: 'object', properties: { value: { $ref: `contract${pointer}` } } });
    compiled.set(key, validate);
    if (validate(box)) return [];
    const said = (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath.slice('/value'.length) || '/'} ${message} ${JSON.stringify(params)}`,
    );
    return [...new Set(said)];
  }

  return {
    problems: (pointer, data) => check(exact, pointer, { value: data }),
    read(pointer, data) {
      // In a box, because a value is read where it stands, and one alone stands nowhere.
      const box = { value: structuredClone(data) };
      const problems = check(lenient, pointer, box);
      return { data: box.value, problems };
    },
  };
}
