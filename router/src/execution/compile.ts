import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  getOperationAST,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { planOperation } from '../planning/planned-operation.ts';
import { isRefusal, refusal } from '../planning/refusal.ts';
import { fragmentsOf } from '../planning/response-places.ts';
import { plannedRootFields } from '../planning/root-fields.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { complete, rootOf } from './complete.ts';
import { introspect } from './introspection.ts';
import { anyText } from './json-text.ts';
import type { CompiledOperation, ExecutionResult } from './operation.ts';
import { compilePlan } from './plan-steps.ts';
import type { Run, Step } from './run.ts';
import { type Conditions, createShapes, type FieldShape, type ObjectShape } from './shape.ts';
import { compileWriter, type Writer } from './writer.ts';

/** How many sets of `@skip` and `@include` values an operation is kept compiled for. */
const MAX_VARIANTS = 64;

/** An operation for one set of `@skip` and `@include` values: with these, plan and answer have one fixed form. */
interface CompiledVariant {
  readonly plan: QueryPlan;
  readonly step: Step;
  readonly shape: ObjectShape;
  readonly write: Writer;
  /** The fields that no part of the graph can answer. */
  readonly unplanned: readonly GraphQLFormattedError[];
  readonly answerable: boolean;
}

/**
 * Plans an operation and compiles it. The document must be valid for the supergraph's API schema, and must have an operation
 * of that name (or just one). `draw` gives numbers from [0, 1), which decide over fields that are moving to another subgraph.
 */
export function compileOperation(
  supergraph: Supergraph,
  document: DocumentNode,
  operationName?: string,
  draw: () => number = Math.random,
): CompiledOperation & { readonly plan: QueryPlan } {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error(`the document has no operation ${operationName ?? 'that stands alone'}`);
  if (operation.operation === 'subscription')
    throw refusal('BAD_REQUEST', 'Subscriptions are not served here: ask with a query.');
  const planned = planOperation(supergraph, document, operation);
  const fragments = fragmentsOf(document);
  const deciding = decidingVariables(document, operation);
  const variants = new Map<string, CompiledVariant | GraphQLError>();

  function compileVariant(conditions: Conditions, stage: number): CompiledVariant {
    const plan = planned.plan(stage, conditions);
    if (plan.node?.kind === 'Subscription') throw new Error('subscriptions are not executed here');
    const shapes = createShapes(supergraph.apiSchema, fragments, conditions, planned.sourceOf);
    const shape = shapes(operation as OperationDefinitionNode);
    const step = compilePlan(plan.node, supergraph, conditions, shape);
    return { plan, step, shape, write: compileWriter(shape), ...unplannedIn(shape, plannedRootFields(plan)) };
  }

  function variantFor(variables: Readonly<Record<string, unknown>>, stage: number): CompiledVariant | GraphQLError {
    const conditions = conditionsIn(deciding, variables);
    const key = [stage, ...conditions.values()].join();
    const known = variants.get(key);
    if (known) return known;
    const [oldest] = variants.keys();
    if (variants.size >= MAX_VARIANTS && oldest !== undefined) variants.delete(oldest);
    const compiled = variantOrRefusal(conditions, stage);
    variants.set(key, compiled);
    return compiled;
  }

  /** Or why there is no plan for these conditions, though there is one for others: to find that out may take long. */
  function variantOrRefusal(conditions: Conditions, stage: number): CompiledVariant | GraphQLError {
    try {
      return compileVariant(conditions, stage);
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }

  const alone = deciding.size === 0 && planned.stages === 1 ? compileVariant(new Map(), 0) : null;
  // Planned now in any case: what is too large to plan is refused before it is executed.
  const plan = alone?.plan ?? planned.planForPeople(conditionsIn(deciding, {}));
  return {
    kind: operation.operation,
    name: operation.name?.value ?? null,
    plan,
    async execute(input) {
      const variant = alone ?? variantFor(input.variables, planned.stage(draw));
      if (variant instanceof GraphQLError) return { data: 'null', ascii: true, errors: [variant.toJSON()] };
      if (!variant.answerable) return { data: 'null', ascii: true, errors: variant.unplanned };
      const run: Run = {
        ...input,
        variables: planned.variables(input.variables),
        data: {},
        errors: [...variant.unplanned],
      };
      await variant.step(run);
      const introspected = (field: FieldShape & { readonly kind: 'introspection' }) =>
        introspect(supergraph.apiSchema, field.node, fragments, operation.variableDefinitions ?? [], input.variables);
      return answer(variant, run.data, planned.toCaller(run.errors), introspected);
    },
  };
}

function unplannedIn(shape: ObjectShape, planned: ReadonlySet<string>) {
  const fields = rootOf(shape).fields.filter((field) => field.kind === 'field');
  const missing = fields.filter(({ source }) => !planned.has(source));
  const unplanned = missing.map(({ key }) => ({
    message: 'No part of the graph can answer this field.',
    path: [key],
    extensions: { code: 'INVALID_GRAPHQL' },
  }));
  return { unplanned, answerable: missing.length === 0 || missing.length < rootOf(shape).fields.length };
}

type Introspected = (field: FieldShape & { readonly kind: 'introspection' }) => unknown;

function answer(
  { shape, write }: CompiledVariant,
  data: Run['data'],
  errors: readonly GraphQLFormattedError[],
  introspected: Introspected,
): ExecutionResult {
  const written = write(data, (field) => anyText(introspected(field)));
  if (written !== undefined) return { data: written.text, ascii: written.ascii, errors };
  const completed = complete(shape, data, introspected);
  return {
    data: JSON.stringify(completed.data),
    ascii: false,
    errors: [...errors, ...completed.errors.filter((fault) => !isExplained(fault, errors))],
  };
}

/** A null that follows from an error that was told already is no news. */
function isExplained({ path: at = [] }: GraphQLFormattedError, errors: readonly GraphQLFormattedError[]): boolean {
  return errors.some(({ path }) => !path || path.slice(0, at.length).every((element, index) => element === at[index]));
}

/** The variables in `@skip` and `@include`, each with its default. */
function decidingVariables(document: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode) {
  const defaults = new Map(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue?.kind === 'BooleanValue' && defaultValue.value,
    ]),
  );
  const deciding = new Map<string, boolean>();
  visit(document, {
    Directive({ name, arguments: [argument] = [] }) {
      if ((name.value !== 'skip' && name.value !== 'include') || argument?.value.kind !== 'Variable') return;
      const variable = argument.value.name.value;
      deciding.set(variable, defaults.get(variable) ?? false);
    },
  });
  return deciding;
}

function conditionsIn(
  deciding: ReadonlyMap<string, boolean>,
  variables: Readonly<Record<string, unknown>>,
): Conditions {
  return new Map(
    [...deciding].map(([name, otherwise]) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      return [name, value === undefined ? otherwise : value === true];
    }),
  );
}
