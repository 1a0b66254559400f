import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { Conditions } from './shape.ts';

export type Where = readonly (string | number)[];

export interface FetchTask {
  readonly kind: 'fetch';
  readonly node: FetchNode;
  readonly paths: readonly Where[];
  /** What the entities at all these paths are, where the schema says so; they may come without a `__typename`. */
  readonly entityType?: string;
}

/** A plan without what is known before it runs: conditions are decided, and every fetch says for which places it is. */
export type Task = FetchTask | { readonly kind: 'sequence' | 'parallel'; readonly tasks: readonly Task[] };

/** Brings a plan into this form; null where nothing is left to do. */
export function tasksOf(plan: PlanNode, conditions: Conditions): Task | null {
  function task(node: PlanNode, path: Where): Task | null {
    switch (node.kind) {
      case 'Fetch':
        return { kind: 'fetch', node, paths: [path] };
      case 'Flatten':
        return task(node.node, [...path, ...node.path]);
      case 'Sequence':
        return group('sequence', node.nodes, path);
      case 'Parallel':
        return group('parallel', node.nodes, path);
      case 'Condition': {
        const branch = conditions.get(node.condition) ? node.ifClause : node.elseClause;
        return branch ? task(branch, path) : null;
      }
      case 'Defer':
        throw new Error('@defer is not planned for: the planner was not asked to');
    }
  }

  function group(kind: 'sequence' | 'parallel', nodes: readonly PlanNode[], path: Where): Task | null {
    const tasks = nodes
      .map((node) => task(node, path))
      .filter((one): one is Task => one !== null)
      // One in its like says nothing.
      .flatMap((one) => (one.kind === kind ? one.tasks : [one]));
    const together = kind === 'parallel' ? joined(tasks) : tasks;
    const [only] = together;
    return together.length > 1 ? { kind, tasks: together } : (only ?? null);
  }

  return task(plan, []);
}

/**
 * The planner makes a fetch for each place in the answer. Those that start together and ask one subgraph the same of its
 * entities become one: it costs both sides less, and an entity that stands in several places is asked for once.
 */
function joined(tasks: readonly Task[]): readonly Task[] {
  const byQuestion = new Map<string, Task>();
  return [
    ...tasks
      .map((task, index) => ({ task, question: questionOf(task) ?? `the only one: ${index}` }))
      .reduce((kept, { task, question }) => {
        const known = kept.get(question);
        return kept.set(question, known ? join(known, task) : task);
      }, byQuestion)
      .values(),
  ];
}

/** What a task asks of whom, whatever the places; null where it is not about entities. */
function questionOf(task: Task): string | null {
  if (task.kind !== 'fetch') {
    if (task.kind === 'parallel') return null;
    const questions = task.tasks.map(questionOf);
    return questions.includes(null) ? null : questions.join('\n');
  }
  const { serviceName, requires, contextRewrites, operationName = '', operation, ...rest } = task.node;
  // Arguments from above an entity belong to its place.
  if (!requires || contextRewrites) return null;
  // The planner numbers its operations.
  const unnamed = operation.replace(operationName, '');
  const { variableUsages, inputRewrites, outputRewrites } = rest;
  return JSON.stringify([serviceName, unnamed, requires, variableUsages, inputRewrites, outputRewrites]);
}

/** Two tasks with one question, so of one form. */
function join(one: Task, other: Task): Task {
  if (one.kind === 'fetch' && other.kind === 'fetch') return { ...one, paths: [...one.paths, ...other.paths] };
  if (one.kind === 'fetch' || other.kind === 'fetch') return one;
  return { kind: one.kind, tasks: one.tasks.map((task, index) => join(task, other.tasks[index] as Task)) };
}

export const fetchesOf = (task: Task): readonly FetchTask[] =>
  task.kind === 'fetch' ? [task] : task.tasks.flatMap(fetchesOf);

export const mapFetches = (task: Task, change: (fetch: FetchTask) => FetchTask): Task =>
  task.kind === 'fetch' ? change(task) : { ...task, tasks: task.tasks.map((one) => mapFetches(one, change)) };
