import type { Viewer } from '@cartograph/kernel/viewer';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { LimitsSettings } from '../settings/limits.ts';
import { argumentsCost, createInputWeights, type InputWeights } from './cost-inputs.ts';
import { type CostModel, type ListSize, typesBehind } from './cost-model.ts';
import { checkSlicing, type Defaults, defaultsOf, read, sizeOf } from './cost-sizes.ts';
import { CostProgram, type Term, type Variables } from './cost-terms.ts';
import { invalid, type Refusal } from './refusal.ts';

type Settings = LimitsSettings['cost'];

/** What an operation costs with these variables, before any of it runs. */
export type EstimateCost = (variables: Variables) => number;

interface Input {
  readonly schema: GraphQLSchema;
  readonly model: CostModel;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly settings: Pick<Settings, 'listSize' | 'mutation'>;
}

/**
 * Compiles the cost of an operation that passed `checkDocument` and validation: objects 1 and leaves 0 or what `@cost`
 * says, lists as long as `@listSize` says, each of several possible types as if all came. Without variables in page
 * sizes and conditions it is a constant. The introspection costs nothing: it is answered from memory and has its limits.
 */
export function compileCost(input: Input): EstimateCost | Refusal {
  const kind = input.operation.operation;
  const root = input.schema.getRootType(kind);
  // Validation lets both pass.
  if (!root || kind === 'subscription') return invalid(`A ${kind} is not answered here.`);
  const estimate = new Estimate(input);
  const cost = estimate.operation(root);
  return estimate.refusal ?? estimate.program.compile(cost);
}

/** Null when this viewer may spend `estimated`. */
export function checkCost(estimated: number, viewer: Viewer['kind'], settings: Settings): Refusal | null {
  const budget = settings.budgets[viewer];
  if (!settings.enforced || estimated <= budget) return null;
  return {
    status: 400,
    code: 'COST_TOO_HIGH',
    message: `The operation costs ${estimated}, and this caller may spend ${budget} at once. Ask for smaller pages or fewer fields.`,
    headers: {},
    extensions: { cost: costExtension(estimated, viewer, settings) },
  };
}

/** Callers that send this header with the value `tell` find the cost of their operation in `extensions.cost`. */
export const COST_HEADER = 'x-cartograph-cost';
export const wantsCost = (header: string | string[] | undefined): boolean => header === 'tell';

/** For `extensions.cost` of an answer. */
export const costExtension = (estimated: number, viewer: Viewer['kind'], { budgets }: Settings) => ({
  estimated,
  budget: budgets[viewer],
});

/** A selection, as far as it does not depend on the field above it. */
interface Selected {
  readonly flat: Term[];
  /** Lists by field name: the field above may say how long they are. */
  readonly lists: Map<string, { readonly each: Term[]; readonly otherwise: Term[] }>;
}

interface Found {
  readonly field: GraphQLField<unknown, unknown>;
  readonly hints: readonly ListSize[];
  readonly weight: number;
}

class Estimate {
  readonly program = new CostProgram();
  refusal: Refusal | null = null;
  private readonly input: Input;
  private readonly inputs: InputWeights;
  private readonly defaults: Defaults;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Each fragment is estimated once, wherever it is spread. */
  private readonly estimated = new Map<string, Selected>();

  constructor(input: Input) {
    this.input = input;
    this.inputs = createInputWeights(input.model);
    this.defaults = defaultsOf(input.operation);
    this.fragments = new Map(
      input.document.definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
      ),
    );
  }

  operation(root: GraphQLNamedType): Term {
    return this.total(this.select(this.input.operation.selectionSet, root), [], 1);
  }

  /** Adds up a selection below a field that sizes the lists named in `sized`. */
  private total({ flat, lists }: Selected, sized: readonly string[], size: Term): Term {
    const terms = [...flat];
    for (const [name, { each, otherwise }] of lists) {
      if (sized.includes(name)) terms.push(this.program.times(size, this.program.sum(each)));
      else terms.push(...otherwise);
    }
    return this.program.sum(terms);
  }

  private select({ selections }: SelectionSetNode, type: GraphQLNamedType): Selected {
    const selected: Selected = { flat: [], lists: new Map() };
    for (const node of selections) {
      const condition = this.condition(node);
      if (condition === 0) continue;
      if (node.kind === Kind.FIELD) this.field(node, type, condition, selected);
      else this.merge(this.fragment(node, type), condition, selected);
    }
    return selected;
  }

  private fragment(node: Exclude<SelectionNode, FieldNode>, parent: GraphQLNamedType): Selected {
    const typeOf = (name: string) => this.input.schema.getType(name) ?? parent;
    if (node.kind === Kind.INLINE_FRAGMENT)
      return this.select(node.selectionSet, node.typeCondition ? typeOf(node.typeCondition.name.value) : parent);
    const name = node.name.value;
    const known = this.estimated.get(name);
    if (known) return known;
    const nothing: Selected = { flat: [], lists: new Map() };
    this.estimated.set(name, nothing); // A fragment that spreads itself ends here.
    const definition = this.fragments.get(name);
    if (!definition) return nothing;
    const { flat, lists } = this.select(definition.selectionSet, typeOf(definition.typeCondition.name.value));
    // Summed up once, so that spreading it again adds one term and not all of them.
    const summed: Selected = { flat: [this.program.sum(flat)], lists: new Map() };
    for (const [list, { each, otherwise }] of lists)
      summed.lists.set(list, { each: [this.program.sum(each)], otherwise: [this.program.sum(otherwise)] });
    this.estimated.set(name, summed);
    return summed;
  }

  private merge(from: Selected, condition: Term, into: Selected) {
    for (const term of from.flat) into.flat.push(this.program.times(term, condition));
    for (const [name, { each, otherwise }] of from.lists)
      this.addList(into, name, this.program.sum(each), this.program.sum(otherwise), condition);
  }

  private addList({ lists }: Selected, name: string, each: Term, otherwise: Term, condition: Term) {
    const list = lists.get(name) ?? { each: [], otherwise: [] };
    lists.set(name, list);
    list.each.push(this.program.times(each, condition));
    list.otherwise.push(this.program.times(otherwise, condition));
  }

  private field(node: FieldNode, parent: GraphQLNamedType, condition: Term, selected: Selected) {
    const { program, input } = this;
    const found = this.find(node.name.value, parent);
    if (!found) return;
    const { field, hints, weight } = found;
    for (const hint of hints) this.refusal ??= checkSlicing(hint, node, field);
    const { listSize } = input.settings;
    const place = { node, field, defaults: this.defaults, program };
    const size = hints.length > 0 ? program.max(hints.map((hint) => sizeOf(hint, place, listSize))) : listSize;
    const sized = hints.flatMap((hint) => hint.sizedFields);
    const below = node.selectionSet
      ? this.total(this.select(node.selectionSet, getNamedType(field.type)), sized, size)
      : 0;
    const each = program.atLeastZero(program.sum([weight, below]));
    const weightOf = (argument: string) => this.weightOf(parent, `.${field.name}(${argument}:)`) ?? 0;
    const given = argumentsCost(node, field.args, weightOf, { inputs: this.inputs, defaults: this.defaults, program });
    const write = parent === input.schema.getMutationType() ? input.settings.mutation : 0;
    const once = program.sum([given, write]);
    const levels = listLevels(field.type);
    if (levels === 0) {
      selected.flat.push(program.times(program.atLeastZero(program.sum([once, each])), condition));
      return;
    }
    selected.flat.push(program.times(program.atLeastZero(once), condition));
    // Of lists in lists the schema tells the outer one's length alone.
    const inner = program.times(each, listSize ** (levels - 1));
    const own = sized.length > 0 ? listSize : size;
    this.addList(selected, field.name, inner, program.times(own, inner), condition);
  }

  /** The field with what the schema says of it; of an interface's field also what it says where the interface is implemented. */
  private find(name: string, parent: GraphQLNamedType): Found | null {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!field) return null;
    const { model, schema } = this.input;
    const own = model.lists.get(`${parent.name}.${name}`);
    const hints = own
      ? [own]
      : typesBehind(schema, parent).flatMap((type) => model.lists.get(`${type.name}.${name}`) ?? []);
    const type = getNamedType(field.type);
    const weight = this.weightOf(parent, `.${name}`) ?? this.weightOf(type, '') ?? (isCompositeType(type) ? 1 : 0);
    return { field, hints, weight };
  }

  private weightOf(type: GraphQLNamedType, rest: string): number | undefined {
    const { schema, model } = this.input;
    const weights = typesBehind(schema, type).flatMap(({ name }) => model.weights.get(`${name}${rest}`) ?? []);
    return weights.length > 0 ? Math.max(...weights) : undefined;
  }

  /** 1 or 0 by `@skip` and `@include`, or what their variables will say. */
  private condition({ directives = [] }: SelectionNode): Term {
    return directives.reduce<Term>((term, { name, arguments: given }) => {
      if (name.value !== 'skip' && name.value !== 'include') return term;
      const value = given?.find((each) => each.name.value === 'if')?.value;
      const wanted = name.value === 'include';
      if (value?.kind === Kind.BOOLEAN) return value.value === wanted ? term : 0;
      if (value?.kind !== Kind.VARIABLE) return term;
      const variable = value.name.value;
      const otherwise = this.defaults.get(variable);
      const holds = this.program.fromVariables(
        (variables) => ((read(variables, variable) ?? otherwise) === !wanted ? 0 : 1),
        `${name.value} ${variable}`,
      );
      return this.program.times(term, holds);
    }, 1);
  }
}

function listLevels(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listLevels(nullable.ofType) : 0;
}
