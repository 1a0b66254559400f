import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { compileFetch } from './fetch.ts';
import { isRepeatable } from './repeatable.ts';
import type { Run, Step } from './run.ts';
import type { Conditions } from './shape.ts';

type Where = readonly (string | number)[];

/** Turns the planner's tree into steps. Conditions are decided here, so that a step asks nothing while it runs. */
export function compilePlan(plan: PlanNode | undefined, supergraph: Supergraph, conditions: Conditions): Step {
  const nothing: Step = () => undefined;
  if (!plan) return nothing;

  function step(node: PlanNode, path: Where): Step | null {
    switch (node.kind) {
      case 'Fetch':
        return fetchStep(node, path);
      case 'Flatten':
        return step(node.node, [...path, ...node.path]);
      case 'Sequence':
        return sequence(steps(node.nodes, path));
      case 'Parallel':
        return parallel(steps(node.nodes, path));
      case 'Condition': {
        const branch = conditions.get(node.condition) ? node.ifClause : node.elseClause;
        return branch ? step(branch, path) : null;
      }
      case 'Defer':
        throw new Error('@defer is not planned for: the planner was not asked to');
    }
  }
  const steps = (nodes: readonly PlanNode[], path: Where) =>
    nodes.map((node) => step(node, path)).filter((one): one is Step => one !== null);
  const fetchStep = (node: FetchNode, path: Where) =>
    compileFetch(node, path, supergraph, isRepeatable(node, supergraph.schema));

  return step(plan, []) ?? nothing;
}

function sequence(steps: readonly Step[]): Step | null {
  const [only] = steps;
  if (steps.length < 2) return only ?? null;
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function parallel(steps: readonly Step[]): Step | null {
  const [only] = steps;
  if (steps.length < 2) return only ?? null;
  return (run: Run) => {
    const started: Promise<unknown>[] = [];
    for (const step of steps) {
      const promise = step(run);
      if (promise) started.push(promise);
    }
    return started.length > 1 ? Promise.all(started) : started[0];
  };
}
