import type { PlanNode } from '@apollo/query-planner';
import { rootFieldsOf } from '../planning/root-fields.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { complete, rootOf } from './complete.ts';
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
    return task.kind === 'sequence' ? sequence(steps, lossesIn(task.tasks, shape)) : parallel(steps);
  }
  const task = tasksOf(plan, conditions);
  return task ? step(withoutKnownTypes(task, supergraph.schema, shape)) : () => undefined;
}

/** `losses[index]` says whether a step may not take effect any more. */
const sequence =
  (steps: readonly Step[], losses: readonly (Loss | null)[]): Step =>
  async (run) => {
    for (const [index, step] of steps.entries()) {
      if (losses[index]?.(run)) return;
      await step(run);
    }
  };

type Loss = (run: Run) => boolean;

/**
 * A mutation whose field is null and may not be has no answer: what is written after it is not carried out, for its caller
 * would not learn of it. All that belongs to a field's answer is fetched before the next mutation.
 */
function lossesIn(tasks: readonly Task[], shape: ObjectShape): readonly (Loss | null)[] {
  const before = new Set<string>();
  return tasks.map((task) => {
    if (task.kind !== 'fetch' || task.node.operationKind !== 'mutation') return null;
    const soFar = onlyRequired(shape, new Set(before));
    for (const name of rootFieldsOf(task.node)) before.add(name);
    return rootOf(soFar).fields.length === 0 ? null : ({ data }) => complete(soFar, data, () => null).data === null;
  });
}

/** Of the fields with these names those that may not be null. */
function onlyRequired(shape: ObjectShape, names: ReadonlySet<string>): ObjectShape {
  const { objectType, fields } = rootOf(shape);
  const required = fields.filter(
    (one) => one.kind === 'field' && one.value.kind === 'non-null' && names.has(one.source),
  );
  return { ...shape, variants: new Map([[shape.type, { objectType, fields: required }]]) };
}

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
