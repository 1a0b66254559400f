import type { FetchNode } from '@apollo/query-planner';
import { type GraphQLSchema, isInterfaceType } from 'graphql';
import type { SubgraphAnswer, SubgraphCall } from '../subgraphs/subgraph-client.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { Batch } from './batch.ts';
import type { Path } from './complete.ts';
import { type ContextArguments, compileContextArguments } from './context-arguments.ts';
import { compileKeptEntities, type KeptEntities, type Questions } from './kept-entities.ts';
import { compileRepresentation, type Represent } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import { aliasesOf, atPlaces, failure, readErrors } from './subgraph-errors.ts';
import { compileTake } from './taking.ts';
import type { FetchTask, Where } from './tasks.ts';
import { compileVariables } from './variables.ts';
import { compileWalk, isField, type Json, placesAt } from './walk.ts';

/** One request to one subgraph: at the root, or for the entities found at some paths. */
export function compileFetch(task: FetchTask, supergraph: Supergraph, repeatable: boolean): Step {
  const { node, paths } = task;
  return node.requires
    ? entityFetch(task, supergraph, repeatable)
    : plainFetch(node, paths[0] ?? [], supergraph, repeatable);
}

function plainFetch(node: FetchNode, path: Where, supergraph: Supergraph, repeatable: boolean): Step {
  const body = compileBody(node);
  const walk = compileWalk(path);
  const rewrite = compileRewrites(supergraph.schema, node.outputRewrites);
  const aliases = aliasesOf(node);
  const atRoot = path.length === 0;
  const take = compileTake(node, supergraph.planner.members.oneObjects(node.serviceName));
  return async (run) => {
    const targets: Json[] = [];
    walk(run.data, (target) => targets.push(target));
    if (targets.length === 0) return;
    const answer = await send(run, node, body(run, ''), repeatable);
    if (!answer) return;
    if (answer.errors)
      run.errors.push(
        ...readErrors(answer.errors, aliases).map((error) =>
          atRoot || !error.path ? error : { ...error, path: [...path.filter(isField), ...error.path] },
        ),
      );
    const { data } = answer;
    if (typeof data !== 'object' || data === null) return;
    rewrite?.(data);
    for (const target of targets) take(target, data);
  };
}

/** Entities that are the same to the subgraph are asked for once, and the answer is merged wherever they stand. */
function entityFetch({ node, paths, entityType }: FetchTask, supergraph: Supergraph, repeatable: boolean): Step {
  const represent = compileRepresentation(supergraph, node, entityType);
  const walks = paths.map(compileWalk);
  const ask = entityQuestion(node, paths, supergraph, repeatable);
  const contextual = compileContextArguments(node, paths[0] ?? [], supergraph.schema);
  return (run) => {
    if (contextual) return askByContext(run, contextual(run.data), represent, ask);
    const batch = new Batch(represent);
    for (const walk of walks) walk(run.data, batch.add);
    return batch.targets.length > 0 ? ask(run, batch, '') : undefined;
  };
}

/** Arguments taken from above an entity are variables of the request: entities with the same ones go together. */
function askByContext(
  run: Run,
  groups: ReturnType<ContextArguments>,
  represent: Represent,
  ask: (run: Run, batch: Batch, variables: string) => Promise<void>,
): Promise<unknown> | undefined {
  const asked: Promise<void>[] = [];
  for (const { variables, entities } of groups) {
    const batch = new Batch(represent);
    for (const entity of entities) batch.add(entity);
    if (batch.targets.length > 0) asked.push(ask(run, batch, variables));
  }
  return asked.length > 0 ? Promise.all(asked) : undefined;
}

function entityQuestion(node: FetchNode, paths: readonly Where[], supergraph: Supergraph, repeatable: boolean) {
  const body = compileBody(node);
  const rewrite = compileRewrites(supergraph.schema, node.outputRewrites);
  const aliases = aliasesOf(node);
  const interfaces = node.operation.includes('__typename') ? interfaceNames(supergraph.schema) : null;
  const take = compileTake(node, supergraph.planner.members.oneObjects(node.serviceName));
  const keeping = compileKeptEntities(node, supergraph);

  async function ask(run: Run, asked: Questions, variables: string): Promise<void> {
    const { texts, targets, keep } = asked;
    const answer = await send(run, node, body(run, `"representations":[${texts.join()}]${variables}`), repeatable);
    if (!answer) return;
    if (answer.errors) {
      const placesOf = (index: number): Path[] => {
        const meant = new Set(targets[index]);
        const places = paths.flatMap((path) => placesAt(path, run.data));
        return places.flatMap((place) => (meant.has(place.entity) ? [place.path] : []));
      };
      for (const error of readErrors(answer.errors, aliases)) run.errors.push(...atPlaces(error, placesOf));
    }
    if (typeof answer.data !== 'object' || answer.data === null) return;
    const entities = answer.data._entities;
    if (!Array.isArray(entities) || entities.length !== targets.length) {
      run.errors.push(failure(new Error(`A part of the graph answered for other entities than it was asked for.`)));
      return;
    }
    if (keep && !answer.errors) for (let index = 0; index < entities.length; index++) keep(index, entities[index]);
    for (let index = 0; index < entities.length; index++) takeEntity(entities[index], targets[index] as Json[]);
  }

  /** Only what is not kept is asked for. */
  async function askBesides(run: Run, kept: KeptEntities, batch: Batch, variables: string): Promise<void> {
    const { found, missing } = await kept(run, batch, variables);
    for (const { entity, targets } of found) takeEntity(entity, targets);
    if (missing.texts.length > 0) await ask(run, missing, variables);
  }

  function takeEntity(entity: unknown, targets: readonly Json[]): void {
    if (typeof entity !== 'object' || entity === null || Array.isArray(entity)) return;
    rewrite?.(entity);
    // After `@interfaceObject` a subgraph gives an entity the interface's name. Its true one is known by then, or is asked for.
    if (interfaces?.has((entity as Json).__typename)) (entity as Json).__typename = undefined;
    for (let i = 0; i < targets.length; i++) take(targets[i] as Json, entity as Json);
  }

  return (run: Run, batch: Batch, variables: string): Promise<void> => {
    const kept = run.entities && keeping();
    return kept ? askBesides(run, kept, batch, variables) : ask(run, batch, variables);
  };
}

function interfaceNames(schema: GraphQLSchema): ReadonlySet<unknown> | null {
  const names = Object.values(schema.getTypeMap())
    .filter(isInterfaceType)
    .map(({ name }) => name);
  return names.length > 0 ? new Set(names) : null;
}

/** Undefined where there was no answer, which has been told by then. */
async function send(run: Run, node: FetchNode, body: string, repeatable: boolean): Promise<SubgraphAnswer | undefined> {
  const subgraph = run.subgraphs.get(node.serviceName);
  const call: SubgraphCall = { body, kind: node.operationKind === 'mutation' ? 'mutation' : 'query', repeatable };
  try {
    if (!subgraph) throw new Error(`no client for the subgraph ${node.serviceName}`);
    return await subgraph.send(call, run.context);
  } catch (error) {
    run.errors.push(failure(error));
    return undefined;
  }
}

/** Everything that is the same each time is text already; `own` holds the variables that the plan adds. */
function compileBody(node: FetchNode): (run: Run, own: string) => string {
  const name = node.operationName ? `,"operationName":${JSON.stringify(node.operationName)}` : '';
  const start = `{"query":${JSON.stringify(node.operation)}${name},"variables":{`;
  const variables = compileVariables(node);
  return (run, own) => `${start}${variables(run, own)}}}`;
}
