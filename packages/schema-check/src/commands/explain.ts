import { type GraphQLSchema, print as printNode } from 'graphql';
import { BadInput } from '../bad-input.ts';
import { composeSnapshot } from '../graph/compose.ts';
import { type Definition, Definitions, nameLineOf } from '../graph/coordinates.ts';
import { costOf, readCostModel } from '../graph/cost.ts';
import { createPlanner } from '../graph/planner.ts';
import { clientLabel, countOf, type Operation } from '../input/operation.ts';
import { readOperations } from '../input/operations.ts';
import { traceUse } from '../use/trace.ts';
import { loadHead, type Options, type Output, settingsFrom } from './context.ts';

/** Who owns a coordinate, who uses it, and what it costs in plans. */
export async function runExplain(
  options: Options,
  { cwd, print }: Output,
  [coordinate]: readonly string[],
): Promise<number> {
  if (!coordinate) throw new BadInput('explain what? Give a coordinate such as Product.title');
  const settings = settingsFrom(options, cwd);
  const head = loadHead(settings, options, cwd);
  const definitions = new Definitions(head).at(coordinate);
  if (definitions.length === 0) throw new BadInput(`no subgraph defines "${coordinate}"`, head.label);
  const { graph, errors } = await composeSnapshot(head);
  if (!graph) throw new BadInput(`it does not compose: ${errors[0]?.message ?? ''}`, head.label);
  const users = usersOf(coordinate, readOperations(settings, cwd), graph.api);
  const plan = users.length > 0 ? await createPlanner(graph) : undefined;
  const model = readCostModel(graph.supergraph);
  const lines = users.map((operation) => {
    const cost = plan?.(operation.document);
    const where = cost ? [...cost.bySubgraph].map(([name, count]) => `${name} ×${count}`).join(', ') : 'no plan';
    const clients = operation.uses.map(clientLabel).join(', ');
    return [
      `  ${operation.name} (${operation.place})${clients ? ` from ${clients}` : ''}${countOf(operation) > 0 ? `, ${countOf(operation)} calls` : ''}`,
      `    ${cost?.fetches ?? 0} fetches in ${cost?.steps ?? 0} steps: ${where}; cost ${costOf(operation.document, graph.api, model)}`,
    ].join('\n');
  });
  print(
    [
      coordinate,
      ...definitions.map(owner),
      users.length === 0
        ? 'No known operation uses it.'
        : `${users.length} known operation${users.length === 1 ? ' uses' : 's use'} it:`,
      ...lines,
    ].join('\n'),
  );
  return 0;
}

function owner(definition: Definition): string {
  const { node, subgraph } = definition;
  const type = 'type' in node && node.type && 'kind' in node.type ? `: ${printNode(node.type)}` : '';
  const directives = 'directives' in node ? (node.directives ?? []).map(printNode).join(' ') : '';
  const role = /@(federation__)?external\b/.test(directives) ? 'refers to it' : 'resolves it';
  return `  ${subgraph.name} ${role}${type}${directives ? ` ${directives}` : ''}  ${subgraph.file}:${nameLineOf(definition)}`;
}

function usersOf(coordinate: string, operations: readonly Operation[], api: GraphQLSchema): readonly Operation[] {
  return operations.filter(({ document }) => {
    const { nodes, selects, sends, visits } = traceUse(api, document);
    return nodes.has(coordinate) || selects.has(coordinate) || sends.has(coordinate) || visits.has(coordinate);
  });
}
