import { rootOf, variantFor } from './complete.ts';
import { createText, FAULT, written } from './json-text.ts';
import type { LeafShape } from './leaf.ts';
import type { FieldShape, ObjectShape, ValueShape, Variant } from './shape.ts';

/** JSON text of an introspection field, by its place in the shape. */
export type IntrospectionText = (field: FieldShape & { readonly kind: 'introspection' }) => string;

export interface Written {
  readonly text: string;
  /** As many bytes as letters, for certain. */
  readonly ascii: boolean;
}

/** Writes the answer as JSON text; undefined where a value does not fit, which `complete` then explains. */
export type Writer = (data: Record<string, unknown>, introspection: IntrospectionText) => Written | undefined;

/**
 * Compiles a shape into JavaScript that reads each field by its name and writes it straight into the answer, with no object
 * in between. The text is built of names that GraphQL's own grammar admits and of JSON strings, so nothing in it can be more
 * than a name or a literal.
 */
export function compileWriter(shape: ObjectShape): Writer {
  const source = new WriterSource();
  const root = source.variant(rootOf(shape));
  const make = new Function(
    'text',
    'FAULT',
    'variantFor',
    'at',
    `'use strict';${source.functions.join('\n')}\nreturn ${root};`,
  );
  const state: { introspection: IntrospectionText } = { introspection: () => 'null' };
  const write = make(createText(), FAULT, variantFor, {
    shapes: source.shapes,
    enums: source.enums,
    introspect: (index: number) => state.introspection(source.introspections[index] as never),
  }) as (data: Record<string, unknown>) => string;
  return (data, introspection) => {
    state.introspection = introspection;
    written.ascii = true;
    try {
      const text = write(data);
      return { text, ascii: written.ascii };
    } catch (error) {
      if (error === FAULT) return undefined;
      throw error;
    }
  };
}

class WriterSource {
  readonly functions: string[] = [];
  readonly shapes: ObjectShape[] = [];
  readonly enums: ReadonlyMap<string, string>[] = [];
  readonly introspections: FieldShape[] = [];
  readonly #variants = new Map<Variant['fields'], Map<string | null, string>>();
  readonly #objects = new Map<ObjectShape, string>();
  readonly #lists = new Map<ValueShape, string>();
  #count = 0;

  /** An expression that writes `value`, itself an expression without effects. */
  value(shape: ValueShape, value: string): string {
    if (shape.kind === 'non-null') return this.#nonNull(shape.of, value);
    if (shape.kind === 'leaf') return this.#leaf(shape, value, 'null');
    return `${shape.kind === 'list' ? this.#list(shape) : this.#object(shape)}(${value},true)`;
  }

  #nonNull(shape: ValueShape, value: string): string {
    if (shape.kind === 'leaf') return this.#leaf(shape, value, 'required');
    if (shape.kind === 'non-null') return this.#nonNull(shape.of, value);
    return `${shape.kind === 'list' ? this.#list(shape) : this.#object(shape)}(${value},false)`;
  }

  #leaf(shape: LeafShape, value: string, mode: 'null' | 'required'): string {
    const of = mode === 'null' ? `${shape.leaf}OrNull` : shape.leaf;
    if (shape.leaf !== 'enum') return `text.${of}(${value})`;
    const names = new Map([...(shape.values ?? [])].map((name) => [name, JSON.stringify(name)]));
    this.enums.push(names);
    return `text.${of}(${value},at.enums[${this.enums.length - 1}])`;
  }

  #list(shape: ValueShape & { readonly kind: 'list' }): string {
    const known = this.#lists.get(shape);
    if (known) return known;
    const name = `list${this.#count++}`;
    this.#lists.set(shape, name);
    const item = this.value(shape.of, 'given[i]');
    this.functions.push(`function ${name}(given,nullable){
      if(given===null||given===undefined){if(nullable)return 'null';throw FAULT}
      if(!Array.isArray(given))throw FAULT;
      const length=given.length;if(length===0)return '[]';
      let i=0;let out='['+${item};
      for(i=1;i<length;i++)out+=','+${item};
      return out+']'}`);
    return name;
  }

  #object(shape: ObjectShape): string {
    const known = this.#objects.get(shape);
    if (known) return known;
    const name = `object${this.#count++}`;
    this.#objects.set(shape, name);
    this.shapes.push(shape);
    const at = this.shapes.length - 1;
    const start = `function ${name}(given,nullable){
      if(given===null||given===undefined){if(nullable)return 'null';throw FAULT}
      if(typeof given!=='object'||Array.isArray(given))throw FAULT;`;
    this.functions.push(shape.abstract ? `${start}${this.#dispatch(shape, at)}}` : `${start}${this.#concrete(shape)}}`);
    return name;
  }

  /** An object type needs no `__typename`; one that contradicts it is a fault. */
  #concrete(shape: ObjectShape): string {
    const [only] = [...shape.variants.values()] as [Variant];
    const names = [...shape.variants.keys()].map((name) => `type!==${JSON.stringify(name)}`).join('&&');
    return `const type=given.__typename;if(type!==undefined&&type!==null&&${names})throw FAULT;return ${this.variant(only)}(given)`;
  }

  #dispatch(shape: ObjectShape, at: number): string {
    const byFunction = new Map<string, string[]>();
    for (const [name, variant] of shape.variants) {
      const write = this.variant(variant);
      byFunction.set(write, [...(byFunction.get(write) ?? []), name]);
    }
    const cases = [...byFunction].map(
      ([write, names]) => `${names.map((name) => `case ${JSON.stringify(name)}:`).join('')}return ${write}(given);`,
    );
    // Without a name the interface itself is meant; `variantFor` knows that, and what is no type at all.
    const unnamed = shape.variants.get(shape.type);
    return `switch(given.__typename){${cases.join('')}default:
      if(variantFor(at.shapes[${at}],given)===undefined)throw FAULT;return ${unnamed ? `${this.variant(unnamed)}(given)` : "'null'"}}`;
  }

  variant({ objectType, fields }: Variant): string {
    const byType = this.#variants.get(fields) ?? new Map<string | null, string>();
    this.#variants.set(fields, byType);
    // What is written does not depend on the type where `__typename` is not asked for.
    const type = fields.some(({ kind }) => kind === 'typename') ? objectType : null;
    const known = byType.get(type);
    if (known) return known;
    const name = `fields${this.#count++}`;
    byType.set(type, name);
    this.functions.push(`function ${name}(given){return ${this.#fields(fields, type)}}`);
    return name;
  }

  #fields(fields: readonly FieldShape[], objectType: string | null): string {
    if (fields.length === 0) return "'{}'";
    const parts = fields.map((field, index) => {
      const key = JSON.stringify(`${index === 0 ? '{' : ','}${JSON.stringify(field.key)}:`);
      return `${key}+${this.#field(field, objectType)}`;
    });
    return `${parts.join('+')}+'}'`;
  }

  #field(field: FieldShape, objectType: string | null): string {
    if (field.kind === 'field') return this.value(field.value, property('given', field.source));
    if (field.kind === 'introspection') return `at.introspect(${this.introspections.push(field) - 1})`;
    return objectType === null ? 'text.fault()' : JSON.stringify(JSON.stringify(objectType));
  }
}

/** Reads a field that the object itself has: `constructor` and its like are also names that every object inherits. */
export function property(object: string, key: string): string {
  return key in Object.prototype
    ? `(Object.hasOwn(${object},${JSON.stringify(key)})?${object}[${JSON.stringify(key)}]:undefined)`
    : `${object}.${key}`;
}
