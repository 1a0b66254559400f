import type { FetchNode } from '@apollo/query-planner';
import type { Run } from './run.ts';

/** The members of a fetch's `variables` as JSON text: `own` and, after it, those that the caller sent. */
export function compileVariables(node: FetchNode): (run: Pick<Run, 'variables'>, own: string) => string {
  const used = (node.variableUsages ?? []).map((variable) => ({ variable, key: `${JSON.stringify(variable)}:` }));
  if (used.length === 0) return (_run, own) => own;
  return ({ variables }, own) => {
    let text = own;
    for (const { variable, key } of used) {
      if (!Object.hasOwn(variables, variable) || variables[variable] === undefined) continue;
      text += `${text === '' ? '' : ','}${key}${JSON.stringify(variables[variable])}`;
    }
    return text;
  };
}
