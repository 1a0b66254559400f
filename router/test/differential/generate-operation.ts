import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Dice } from './dice.ts';
import { repair } from './edit-document.ts';
import { argumentsFor, Variables } from './generate-values.ts';

export interface Operation {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An operation that is valid against the public schema. */
export function generateOperation(dice: Dice, schema: GraphQLSchema): Operation {
  // Names that collide are worth trying, and often not valid: fewer each time.
  for (const collisions of [15, 5, 0]) {
    const operation = repair(new OperationMaker(dice, schema, collisions).make(), schema);
    if (operation && operation.query.length > 40) return operation;
  }
  return { query: '{ __typename }', variables: {} };
}

class OperationMaker {
  readonly #dice: Dice;
  readonly #schema: GraphQLSchema;
  readonly #collisions: number;
  readonly #variables: Variables;
  readonly #fragments: { readonly name: string; readonly on: GraphQLCompositeType; readonly text: string }[] = [];
  #aliases = 0;
  /** How many fields are still to be selected, so that no operation grows without end. */
  #left: number;

  constructor(dice: Dice, schema: GraphQLSchema, collisions: number) {
    this.#dice = dice;
    this.#schema = schema;
    this.#collisions = collisions;
    this.#variables = new Variables(dice);
    this.#left = dice.between(4, 28);
  }

  make(): Operation {
    const mutation = this.#schema.getMutationType();
    const root = mutation && this.#dice.chance(20) ? mutation : this.#schema.getQueryType();
    if (!root) throw new Error('a schema has a query type');
    const kind = root === mutation ? 'mutation' : 'query';
    const body = this.#selection(root, 0, true);
    const { definitions, given } = this.#variables;
    const declared = definitions.length > 0 ? `(${definitions.join(', ')})` : '';
    const fragments = this.#fragments.filter(({ text }) => text !== '').map(({ text }) => text);
    const texts = [`${kind} Main${declared} ${body}`, ...this.#dice.shuffle(fragments)];
    if (this.#dice.chance(90)) return { query: texts.join('\n'), variables: given };
    return { query: `query Other { __typename }\n${texts.join('\n')}`, operationName: 'Main', variables: given };
  }

  #selection(type: GraphQLCompositeType, depth: number, root = false): string {
    const dice = this.#dice;
    const parts: string[] = [];
    const count = root ? dice.between(1, 4) : dice.between(1, 5);
    for (let i = 0; i < count; i++) parts.push(this.#part(type, depth, root));
    const said = parts.filter((part) => part !== '');
    return `{ ${said.length > 0 ? said.join(' ') : '__typename'} }`;
  }

  #part(type: GraphQLCompositeType, depth: number, root: boolean): string {
    const dice = this.#dice;
    const roll = dice.between(0, 99);
    if (roll < 8) return `${dice.chance(40) ? `${this.#alias()}: ` : ''}__typename${this.#directives()}`;
    if (root && roll < 12) return this.#introspection(type);
    if (isUnionType(type) || (roll < 30 && depth < 6)) return this.#fragment(type, depth);
    if (roll < 38 && depth < 6) return this.#spread(type, depth);
    return this.#field(type, depth);
  }

  #alias(): string {
    this.#aliases++;
    return `x${this.#aliases}`;
  }

  #introspection(type: GraphQLCompositeType): string {
    if (type !== this.#schema.getQueryType()) return '';
    const alias = this.#alias();
    return this.#dice.pick([
      `${alias}: __schema { queryType { name } types { kind } }`,
      `${alias}: __type(name: "Ent0") { name fields { name args { name defaultValue } } }`,
      `${alias}: __type(name: "Nothing") { name }`,
    ]);
  }

  #directives(): string {
    const dice = this.#dice;
    if (!dice.chance(14)) return '';
    const condition = () => (dice.chance(75) ? this.#variables.condition() : String(dice.chance(60)));
    const include = ` @include(if: ${condition()})`;
    return dice.pick([include, ` @skip(if: ${condition()})`, `${include} @skip(if: ${condition()})`]);
  }

  #field(type: GraphQLCompositeType, depth: number): string {
    if (isUnionType(type) || this.#left <= 0) return '';
    const dice = this.#dice;
    const fields: GraphQLField<unknown, unknown>[] = Object.values(type.getFields());
    // Leaves at the bottom, so that something is asked for.
    const flat = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const field = depth > 4 ? (flat.length > 0 ? dice.pick(flat) : undefined) : dice.pick(fields);
    if (!field) return '';
    this.#left--;
    const args = argumentsFor(dice, field.args, this.#variables);
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` ${this.#selection(named, depth + 1)}` : '';
    return `${this.#aliasFor(field, fields, args)}${field.name}${args}${this.#directives()}${below}`;
  }

  #aliasFor(
    field: GraphQLField<unknown, unknown>,
    fields: readonly GraphQLField<unknown, unknown>[],
    args: string,
  ): string {
    const dice = this.#dice;
    // Another field's name, or one that other types may use as well.
    if (dice.chance(this.#collisions))
      return `${dice.pick([dice.pick(fields).name, 'same', 'same2', '_entities', 'constructor', '__proto__'])}: `;
    // The same field with other arguments needs another name.
    return args !== '' || field.args.length > 0 || dice.chance(15) ? `${this.#alias()}: ` : '';
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    if (this.#left <= 0) return '';
    const dice = this.#dice;
    const on = this.#condition(type, depth);
    const condition = on === type && !isUnionType(type) && dice.chance(50) ? '' : ` on ${on.name}`;
    return `...${condition}${this.#directives()} ${this.#selection(on, depth + 1)}`;
  }

  /** Objects rather than abstract types the deeper it gets: fragments on abstract types make planning slow. */
  #condition(type: GraphQLCompositeType, depth: number): GraphQLCompositeType {
    if (this.#dice.chance(12)) return type;
    const all = this.#overlapping(type);
    return this.#dice.pick(depth > 2 ? all.filter(isObjectType) : all);
  }

  #spread(type: GraphQLCompositeType, depth: number): string {
    if (this.#left <= 0) return '';
    const dice = this.#dice;
    const names = new Set(this.#overlapping(type).map(({ name }) => name));
    const known = this.#fragments.filter(({ on, text }) => text !== '' && names.has(on.name));
    if (known.length > 0 && dice.chance(50)) return `...${dice.pick(known).name}${this.#directives()}`;
    const on = this.#condition(type, depth);
    const index = this.#fragments.length;
    const name = `F${index}`;
    this.#fragments.push({ name, on, text: '' });
    const text = `fragment ${name} on ${on.name} ${this.#selection(on, depth + 1)}`;
    this.#fragments[index] = { name, on, text };
    return `...${name}${this.#directives()}`;
  }

  /** Types of which an object of this type can be one. */
  #overlapping(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const possible = new Set(this.#possible(type));
    return Object.values(this.#schema.getTypeMap()).filter(
      (one): one is GraphQLCompositeType =>
        isCompositeType(one) && !one.name.startsWith('__') && this.#possible(one).some((name) => possible.has(name)),
    );
  }

  #possible(type: GraphQLCompositeType): string[] {
    return isObjectType(type) ? [type.name] : this.#schema.getPossibleTypes(type).map(({ name }) => name);
  }
}
