import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, FieldNode, GraphQLFormattedError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { withAnchors } from './anchors.ts';
import { namesForPlanner } from './caller-names.ts';
import { withDirectiveDefaults } from './composed-directives.ts';
import type { Planner } from './planner.ts';
import { asksByType } from './types-apart.ts';

type Variables = Readonly<Record<string, unknown>>;

/** An operation with its plans, which speak of it in names of their own where the caller's would mislead the planner. */
export interface PlannedOperation {
  /** How many plans there are; a request takes one by the stage of the rollout that it falls into. */
  readonly stages: number;
  /** The stage of a request; `draw` is asked for a number from [0, 1) only where it matters. */
  stage(draw: () => number): number;
  plan(stage: number): QueryPlan;
  /** The name under which the data has a field of the caller's document; undefined where it is the caller's own. */
  readonly sourceOf: ((field: FieldNode) => string) | undefined;
  /** What is known of the caller's variables, said of the plan's. */
  ofPlan<T>(byVariable: ReadonlyMap<string, T>): ReadonlyMap<string, T>;
  variables(given: Variables): Variables;
  /** Errors that subgraphs gave, told in the caller's names. */
  toCaller(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[];
}

export function planOperation(
  { planner, apiSchema }: { readonly planner: Planner; readonly apiSchema: GraphQLSchema },
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PlannedOperation {
  const names = namesForPlanner(document, planner.names);
  const toPlan = withAnchors(withDirectiveDefaults(names?.document ?? document, apiSchema));
  const byType = asksByType(apiSchema, document, operation);
  const stages = planner.rollout.stagesFor(document);
  const plans = new Map<number, QueryPlan>();
  const callersNames = new Map([...planner.standsFor, ...(names?.responseNames ?? [])]);
  const renamed = new Map([...(names?.variables ?? [])].map(([plans, callers]) => [callers, plans]));
  const inPlan = (variable: string) => renamed.get(variable) ?? variable;

  return {
    stages,
    stage: (draw) => (stages === 1 ? 0 : planner.rollout.stageAt(draw())),
    plan(stage) {
      const plan = plans.get(stage) ?? planner.plan(toPlan, operation.name?.value, { stage, byType });
      plans.set(stage, plan);
      return plan;
    },
    sourceOf: names?.keyOf,
    ofPlan: (byVariable) => new Map([...byVariable].map(([name, value]) => [inPlan(name), value])),
    variables: (given) =>
      renamed.size === 0
        ? given
        : Object.fromEntries(Object.entries(given).map(([name, value]) => [inPlan(name), value])),
    toCaller: (errors) =>
      callersNames.size === 0 || errors.length === 0 ? errors : errors.map((error) => inNames(error, callersNames)),
  };
}

function inNames(error: GraphQLFormattedError, names: ReadonlyMap<string, string>): GraphQLFormattedError {
  const { path } = error;
  if (!path?.some((element) => names.has(String(element)))) return error;
  return { ...error, path: path.map((element) => names.get(String(element)) ?? element) };
}
