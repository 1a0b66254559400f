import { Supergraph as FederationSupergraph, operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, parse } from 'graphql';
import type { PlannerNames } from './caller-names.ts';
import { requirementsOf } from './requirements.ts';
import { restoreFields } from './restore.ts';
import { createRollout, type Rollout } from './rollout.ts';
import { withStandIns } from './stand-ins.ts';

/** Apollo's query planner, kept from what it is known to get wrong. */
export interface Planner {
  readonly names: PlannerNames;
  /** The fields that plans fetch under names of their own, by these names. */
  readonly standsFor: ReadonlyMap<string, string>;
  readonly rollout: Rollout;
  /**
   * Plans an operation that is valid against the API schema and whose names do not mislead (`namesForPlanner`), for one stage
   * of the rollout. Costs milliseconds: once per document and stage.
   */
  plan(document: DocumentNode, operationName: string | undefined, stage: number): QueryPlan;
}

export function createPlanner(sdl: string, supergraph: FederationSupergraph): Planner {
  const { document: planned, standIns } = withStandIns(parse(sdl, { noLocation: true }));
  const plannersOwn = standIns.size === 0 ? supergraph : withFields(supergraph, planned);
  const api = supergraph.apiSchema();
  const requirements = requirementsOf(planned);
  const fields = new Set([...requirements.types.values()].flatMap((type) => [...type.fields.keys()]));
  const rollout = createRollout(planned, requirements.names);
  const planner = new QueryPlanner(plannersOwn, {
    // The planner's own cache would hold plans that the compiled operations already hold.
    cache: { get: async () => undefined, set: async () => {}, delete: async () => {}, clear() {} },
  });
  return {
    names: { selected: requirements.names, fields },
    standsFor: new Map([...standIns].map(([name, { field }]) => [name, field])),
    rollout,
    plan(document, operationName, stage) {
      const operation = operationFromDocument(api, document, operationName ? { operationName } : {});
      const plan = planner.buildQueryPlan(operation, { overrideConditions: rollout.conditions(stage) });
      return restoreFields(plan, standIns, requirements);
    },
  };
}

/** Fields that are only referred to may have become of no use, which is no error in a supergraph that was valid before. */
function withFields(original: FederationSupergraph, document: DocumentNode): FederationSupergraph {
  // Reads the subgraphs out of it, and throws where one of them is invalid.
  original.subgraphs();
  return FederationSupergraph.build(document, { supportedFeatures: null, validateSupergraph: false });
}
