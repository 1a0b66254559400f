import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Dice } from './dice.ts';

/** Variables of an operation as they come up, with what the caller gives for them. */
export class Variables {
  readonly definitions: string[] = [];
  readonly given: Record<string, unknown> = {};
  readonly #dice: Dice;
  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** A new variable that fits this place, or one made before of the same type. */
  use(type: GraphQLInputType, placeHasDefault: boolean): string {
    const dice = this.#dice;
    const name = `v${this.definitions.length}`;
    // A nullable variable may stand in a place that takes no null when either has a default.
    const loose = isNonNullType(type) && placeHasDefault && dice.chance(30);
    const declared = loose ? getNullableType(type) : type;
    const hasDefault = dice.chance(35);
    const usual = hasDefault ? ` = ${literal(dice, isNonNullType(declared) ? declared : noNull(declared), null)}` : '';
    this.definitions.push(`$${name}: ${declared}${usual}`);
    const mustBeGiven = isNonNullType(declared) && !hasDefault;
    if (mustBeGiven || dice.chance(70)) this.given[name] = jsonValue(dice, loose ? noNull(declared) : declared);
    return `$${name}`;
  }

  condition(): string {
    const name = `v${this.definitions.length}`;
    const usual = this.#dice.chance(30) ? ` = ${this.#dice.chance(50)}` : '';
    this.definitions.push(`$${name}: Boolean!${usual}`);
    if (usual === '' || this.#dice.chance(60)) this.given[name] = this.#dice.chance(50);
    return `$${name}`;
  }
}

const noNull = (type: GraphQLInputType): GraphQLInputType => getNullableType(type) as GraphQLInputType;

export function argumentsFor(dice: Dice, args: readonly GraphQLArgument[], variables: Variables): string {
  const given = args.flatMap((argument) => {
    const text = valueFor(dice, argument, variables);
    return text === undefined ? [] : [`${argument.name}: ${text}`];
  });
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

function valueFor(
  dice: Dice,
  { type, defaultValue }: GraphQLArgument | GraphQLInputField,
  variables: Variables,
): string | undefined {
  const hasDefault = defaultValue !== undefined;
  if ((!isNonNullType(type) || hasDefault) && dice.chance(40)) return undefined;
  return dice.chance(50) ? variables.use(type, hasDefault) : literal(dice, type, variables);
}

/** A value as GraphQL text; with variables inside where there are any to use. */
export function literal(dice: Dice, type: GraphQLInputType, variables: Variables | null, depth = 0): string {
  if (!isNonNullType(type) && depth > 0 && dice.chance(15)) return 'null';
  const of = noNull(type);
  if (isListType(of)) {
    const item = of.ofType as GraphQLInputType;
    // A single item where a list is meant.
    if (dice.chance(15)) return literal(dice, item, variables, depth + 3);
    return `[${Array.from({ length: dice.between(0, 2) }, () => literal(dice, item, variables, depth + 1)).join(', ')}]`;
  }
  if (isInputObjectType(of)) {
    const fields = Object.values(of.getFields()).flatMap((field) => {
      if (depth > 2 && !isNonNullType(field.type)) return [];
      if (variables && dice.chance(25))
        return [`${field.name}: ${variables.use(field.type, field.defaultValue !== undefined)}`];
      return dice.chance(40) ? [`${field.name}: ${literal(dice, field.type, variables, depth + 1)}`] : [];
    });
    return `{${fields.join(', ')}}`;
  }
  if (isEnumType(of)) return dice.pick(of.getValues()).name;
  if ('name' in of && of.name === 'Json')
    return dice.pick(['{ a: [1, "x", null], b: { c: E } }', '"text"', '4.5', '[]', '{}']);
  return JSON.stringify(scalar(dice, 'name' in of ? of.name : ''));
}

function jsonValue(dice: Dice, type: GraphQLInputType, depth = 0): unknown {
  if (!isNonNullType(type) && dice.chance(20)) return null;
  const of = noNull(type);
  if (isListType(of)) {
    const item = of.ofType as GraphQLInputType;
    return Array.from({ length: dice.between(0, 2) }, () => jsonValue(dice, item, depth + 1));
  }
  if (isInputObjectType(of))
    return Object.fromEntries(
      Object.values(of.getFields()).flatMap((field) =>
        depth < 2 && dice.chance(50) ? [[field.name, jsonValue(dice, field.type, depth + 1)]] : [],
      ),
    );
  if (isEnumType(of)) return dice.pick(of.getValues()).name;
  if ('name' in of && of.name === 'Json')
    return dice.pick([{ $a: [1, { '"': null }], __typename: 'X' }, 'text', 4.5, [], {}]);
  return scalar(dice, 'name' in of ? of.name : '');
}

function scalar(dice: Dice, name: string): unknown {
  switch (name) {
    case 'Int':
      return dice.between(-5, 5);
    case 'Float':
      return dice.between(-9, 9) / 4;
    case 'Boolean':
      return dice.chance(50);
    default:
      return dice.pick(['', 'x', 'a "b" \\ c', 'é\n', '$v0']);
  }
}
