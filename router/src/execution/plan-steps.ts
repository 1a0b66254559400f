import type { PlanNode } from '@apollo/query-planner';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { compileFetch } from './fetch.ts';
import { withoutKnownTypes } from './known-types.ts';
import { isRepeatable } from './repeatable.ts';
import type { Run, Step } from './run.ts';
import type { Conditions, ObjectShape } from './shape.ts';
import { type Task, tasksOf } from './tasks.ts';

/**
 * Turns the planner's tree into steps. Conditions are decided here, so that a step asks nothing while it runs. `shape` is
 * the form of the answer.
 */
export function compilePlan(
  plan: PlanNode | undefined,
  supergraph: Supergraph,
  conditions: Conditions,
  shape: ObjectShape,
): Step {
  if (!plan) return () => undefined;
  function step(task: Task): Step {
    if (task.kind === 'fetch') return compileFetch(task, supergraph, isRepeatable(task.node, supergraph.schema));
    const steps = task.tasks.map(step);
    return task.kind === 'sequence' ? sequence(steps) : parallel(steps);
  }
  const task = tasksOf(plan, conditions);
  return task ? step(withoutKnownTypes(task, supergraph.schema, shape)) : () => undefined;
}

const sequence =
  (steps: readonly Step[]): Step =>
  async (run) => {
    for (const step of steps) await step(run);
  };

const parallel =
  (steps: readonly Step[]): Step =>
  (run: Run) => {
    const started: Promise<unknown>[] = [];
    for (const step of steps) {
      const promise = step(run);
      if (promise) started.push(promise);
    }
    return started.length > 1 ? Promise.all(started) : started[0];
  };
