import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  valueFromASTUntyped,
} from 'graphql';

/** `@listSize` of one field. */
export interface ListSize {
  readonly assumedSize: number | null;
  readonly slicingArguments: readonly string[];
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** `@cost` and `@listSize` of a supergraph, by coordinate: `Type`, `Type.field`, `Type.field(argument:)`. */
export interface CostModel {
  readonly weights: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, ListSize>;
}

const COST_SPEC = /^https:\/\/specs\.apollo\.dev\/cost\/v0\.\d+$/;

interface Described {
  readonly name?: { readonly value: string };
  readonly directives?: readonly ConstDirectiveNode[];
  readonly fields?: readonly Described[];
  readonly arguments?: readonly Described[];
}

/** Reads the directives from a supergraph, where composition has put them under the names that its `@link` gives. */
export function readCostModel({ definitions }: DocumentNode): CostModel {
  const names = namesOf(definitions as readonly Described[]);
  const weights = new Map<string, number>();
  const lists = new Map<string, ListSize>();
  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      if (directive.name.value === names.cost) {
        const weight = Number(argumentsOf(directive).weight);
        if (Number.isFinite(weight)) weights.set(coordinate, weight);
      } else if (directive.name.value === names.listSize) lists.set(coordinate, listSizeOf(argumentsOf(directive)));
    }
  };
  for (const type of definitions as readonly Described[]) {
    if (!type.name) continue;
    note(type.name.value, type.directives);
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name?.value}`;
      note(coordinate, field.directives);
      for (const argument of field.arguments ?? [])
        note(`${coordinate}(${argument.name?.value}:)`, argument.directives);
    }
  }
  return { weights, lists };
}

/** `@cost` is `@cost` wherever it is not renamed; `@listSize` is `@cost__listSize` where it is not imported. */
function namesOf(definitions: readonly Described[]): { readonly cost: string; readonly listSize: string } {
  for (const { name, directives = [] } of definitions) {
    if (name) continue; // Only the schema's definition and its extensions have none.
    for (const directive of directives) {
      const { url, as, import: imported } = argumentsOf(directive);
      if (typeof url !== 'string' || !COST_SPEC.test(url)) continue;
      const prefix = typeof as === 'string' ? as : 'cost';
      return {
        cost: importedAs('@cost', imported) ?? prefix,
        listSize: importedAs('@listSize', imported) ?? `${prefix}__listSize`,
      };
    }
  }
  // Written by hand or by a composer without @link.
  return { cost: 'cost', listSize: 'listSize' };
}

function importedAs(name: string, imported: unknown): string | undefined {
  for (const each of Array.isArray(imported) ? imported : []) {
    if (each === name) return name.slice(1);
    if (typeof each === 'object' && each !== null && (each as { name?: unknown }).name === name) {
      const { as = name } = each as { as?: unknown };
      return typeof as === 'string' ? as.slice(1) : undefined;
    }
  }
  return undefined;
}

const argumentsOf = (directive: ConstDirectiveNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, constant(value)]));

const constant = (value: ConstValueNode): unknown =>
  value.kind === Kind.ENUM ? value.value : valueFromASTUntyped(value);

const listSizeOf = (given: Readonly<Record<string, unknown>>): ListSize => ({
  assumedSize: typeof given.assumedSize === 'number' ? Math.max(0, given.assumedSize) : null,
  slicingArguments: textsOf(given.slicingArguments),
  sizedFields: textsOf(given.sizedFields),
  requireOneSlicingArgument: given.requireOneSlicingArgument !== false,
});

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** A type and, where it is abstract, all that it can turn out to be: what is dear there is dear through it. */
export const typesBehind = (schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] =>
  isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
