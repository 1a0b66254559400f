import {
  Supergraph as FederationSupergraph,
  operationFromDocument,
  type SchemaRootKind,
} from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST, parse } from 'graphql';
import { askedIn } from './asked.ts';
import type { PlannerNames } from './caller-names.ts';
import { MOST_PLANS, withBoundedEffort } from './effort.ts';
import { withExternalRequirements } from './external-requirements.ts';
import { withResolvableKeysFirst } from './key-order.ts';
import { withMendedMerging } from './merging.ts';
import { withObjectTypes } from './object-types.ts';
import { completePartialTypes, type Graph } from './partial-types.ts';
import { withPossibleTypes } from './possible-types.ts';
import { askPlanner, planOrRefuse } from './refusal.ts';
import { requirementsOf } from './requirements.ts';
import { restorePlan } from './restore.ts';
import { createRollout, type Rollout } from './rollout.ts';
import { withStandIns } from './stand-ins.ts';
import { type TypeMembers, typeMembersOf } from './type-members.ts';

/** Apollo's query planner, kept from what it is known to get wrong. */
export interface Planner {
  readonly names: PlannerNames;
  /** The fields that plans fetch under names of their own, by these names. */
  readonly standsFor: ReadonlyMap<string, string>;
  readonly rollout: Rollout;
  /** What each subgraph knows of the types. */
  readonly members: TypeMembers;
  /**
   * Plans an operation that is valid against the API schema and whose names do not mislead (`namesForPlanner`). Costs
   * milliseconds: once per document and stage.
   */
  plan(document: DocumentNode, operationName: string | undefined, choices: PlanChoices): QueryPlan;
}

export interface PlanChoices {
  /** A stage of the rollout. */
  readonly stage: number;
  /** To fetch for objects of each type only what is asked of that type. */
  readonly byType: boolean;
}

export function createPlanner(sdl: string, supergraph: FederationSupergraph): Planner {
  const document = parse(sdl, { noLocation: true });
  const { document: planned, standIns } = withStandIns(withResolvableKeysFirst(withExternalRequirements(document)));
  const plannersOwn = planned === document ? supergraph : plannersSupergraph(supergraph, planned);
  const api = supergraph.apiSchema();
  const requirements = requirementsOf(planned);
  const fields = new Set([...requirements.types.values()].flatMap((type) => [...type.fields.keys()]));
  const rollout = createRollout(planned, requirements.names);
  const planner = new QueryPlanner(plannersOwn, {
    debug: { maxEvaluatedPlans: MOST_PLANS },
    // The planner's own cache would hold plans that the compiled operations already hold.
    cache: { get: async () => undefined, set: async () => {}, delete: async () => {}, clear() {} },
  });
  const members = typeMembersOf(planned, requirements.types);
  const graph: Graph = {
    types: requirements.types,
    members,
    root: (kind) => api.schemaDefinition.rootType(kind as SchemaRootKind)?.name ?? '',
  };
  const plannerByType = fetchingByType(planner);

  function planOne(document: DocumentNode, name: string | undefined, { stage, byType }: PlanChoices): QueryPlan {
    const operation = operationFromDocument(api, document, name ? { operationName: name } : {});
    const overrideConditions = rollout.conditions(stage);
    const plan = askPlanner(() =>
      withMendedMerging(() =>
        withBoundedEffort(() => (byType ? plannerByType : planner).buildQueryPlan(operation, { overrideConditions })),
      ),
    );
    const node = getOperationAST(document, name);
    if (!node) return plan;
    const asked = askedIn(document, node, graph.root(node.operation), graph.types, members);
    const complete = completePartialTypes(plan, document, node, graph);
    return restorePlan(complete, { standIns, requirements, members, asked });
  }

  return {
    names: { selected: requirements.names, fields },
    standsFor: new Map([...standIns].map(([name, { field }]) => [name, field])),
    rollout,
    members,
    plan(document, operationName, choices) {
      const plan = (one: DocumentNode) => planOne(one, operationName, choices);
      return planOrRefuse(plan, document, () => {
        const schema = api.toGraphQLJSSchema();
        return withObjectTypes(withPossibleTypes(document, schema), schema);
      });
    },
  };
}

/** Fields that are only referred to may have become of no use, which is no error in a supergraph that was valid before. */
function plannersSupergraph(original: FederationSupergraph, document: DocumentNode): FederationSupergraph {
  // Reads the subgraphs out of it, and throws where one of them is invalid.
  original.subgraphs();
  return FederationSupergraph.build(document, { supportedFeatures: null, validateSupergraph: false });
}

/** The same planner with the other way to fetch: to build a second one would double the memory and the time to load. */
function fetchingByType(planner: QueryPlanner): QueryPlanner {
  const { config } = planner as unknown as { readonly config: QueryPlannerConfig };
  return Object.create(planner, { config: { value: { ...config, typeConditionedFetching: true } } });
}
