import type { QueryPlan } from '@apollo/query-planner';
import { codeOf } from '@cartograph/kernel/errors';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { namesForPlanner } from './caller-names.ts';
import { withDirectiveDefaults } from './composed-directives.ts';
import { decidedDocument } from './decided-document.ts';
import type { Planner } from './planner.ts';
import { asksByType } from './types-apart.ts';

type Variables = Readonly<Record<string, unknown>>;

/** An operation with its plans, which speak of it in names of their own where the caller's would mislead the planner. */
export interface PlannedOperation {
  /** How many plans there are; a request takes one by the stage of the rollout that it falls into. */
  readonly stages: number;
  /** The stage of a request; `draw` is asked for a number from [0, 1) only where it matters. */
  stage(draw: () => number): number;
  /** Costs milliseconds: once for each stage and each set of `@skip` and `@include` values. */
  plan(stage: number, conditions: ReadonlyMap<string, boolean>): QueryPlan;
  /** With `@skip` and `@include` left open, or by `conditions` where there is no plan for that: for people to read. */
  planForPeople(conditions: ReadonlyMap<string, boolean>): QueryPlan;
  /** The name under which the data has a field of the caller's document; undefined where it is the caller's own. */
  readonly sourceOf: ((field: FieldNode) => string) | undefined;
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
  const toPlan = withDirectiveDefaults(names?.document ?? document, apiSchema);
  const stages = planner.rollout.stagesFor(document);
  const callersNames = new Map([...planner.standsFor, ...(names?.responseNames ?? [])]);
  const notCallers = names?.notCallers ?? new Set<string>();
  const renamed = new Map([...(names?.variables ?? [])].map(([plans, callers]) => [callers, plans]));
  const inPlan = (variable: string) => renamed.get(variable) ?? variable;
  const inNamesOfPlan = (conditions: ReadonlyMap<string, boolean>) =>
    new Map([...conditions].map(([variable, value]) => [inPlan(variable), value]));
  const name = operation.name?.value;

  function planOf(planned: DocumentNode, stage: number): QueryPlan {
    const node = getOperationAST(planned, name);
    return planner.plan(planned, name, { stage, byType: !!node && asksByType(apiSchema, planned, node) });
  }

  const plan = (stage: number, conditions: ReadonlyMap<string, boolean>) =>
    planOf(decidedDocument(toPlan, inNamesOfPlan(conditions)), stage);

  return {
    stages,
    stage: (draw) => (stages === 1 ? 0 : planner.rollout.stageAt(draw())),
    plan,
    planForPeople(conditions) {
      try {
        return planOf(toPlan, stages - 1);
      } catch (error) {
        // Each request is planned with its conditions decided, for which the planner may well find a way.
        if (codeOf(error) !== 'OPERATION_NOT_PLANNABLE') throw error;
        return plan(stages - 1, conditions);
      }
    },
    sourceOf: names?.keyOf,
    variables: (given) =>
      renamed.size === 0
        ? given
        : Object.fromEntries(Object.entries(given).map(([name, value]) => [inPlan(name), value])),
    toCaller: (errors) =>
      callersNames.size === 0 || errors.length === 0
        ? errors
        : errors.map((error) => inNames(error, callersNames, notCallers)),
  };
}

/** What the planner fetched for itself under a name that is another field to the caller is told of the object that has it. */
function inNames(
  error: GraphQLFormattedError,
  names: ReadonlyMap<string, string>,
  notCallers: ReadonlySet<string>,
): GraphQLFormattedError {
  const { path } = error;
  const ours = path?.findIndex((element) => notCallers.has(String(element))) ?? -1;
  const shown = ours === -1 ? path : path?.slice(0, ours);
  if (shown === path && !path?.some((element) => names.has(String(element)))) return error;
  return { ...error, ...(shown && { path: shown.map((element) => names.get(String(element)) ?? element) }) };
}
