import { type DocumentNode, getVariableValues, type OperationDefinitionNode, parse, validate } from 'graphql';
import type { SubgraphAnswer } from '../../src/subgraphs/subgraph-client.ts';
import type { Traffic } from '../federation/in-memory-subgraph.ts';
import type { Faults } from './faults.ts';
import type { Graph, SubgraphFacts } from './graph.ts';
import { SubgraphRun } from './subgraph-run.ts';
import type { World } from './world.ts';

type Json = Record<string, unknown>;

export interface Asked {
  readonly query: string;
  readonly variables?: Json;
}

/**
 * A subgraph that answers from the world and, where a fault says so, lies. Written out rather than left to graphql-js,
 * because no honest executor could be made to answer so.
 */
export class GeneratedSubgraph {
  readonly facts: SubgraphFacts;
  readonly #graph: Graph;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #traffic: Traffic;
  readonly #effects: string[];
  readonly #touched: Set<string>;

  constructor(
    facts: SubgraphFacts,
    {
      graph,
      world,
      faults,
      traffic,
      effects,
      touched,
    }: {
      readonly graph: Graph;
      readonly world: World;
      readonly faults: Faults;
      readonly traffic: Traffic;
      readonly effects: string[];
      readonly touched: Set<string>;
    },
  ) {
    this.facts = facts;
    this.#graph = graph;
    this.#world = world;
    this.#faults = faults;
    this.#traffic = traffic;
    this.#effects = effects;
    this.#touched = touched;
  }

  answer({ query, variables = {} }: Asked): SubgraphAnswer {
    const { name, schema } = this.facts;
    this.#traffic.sent.push({ subgraph: name, query, variables });
    const { document, problems } = admitted(this.facts, query);
    const operation = document.definitions.find(
      (one): one is OperationDefinitionNode => one.kind === 'OperationDefinition',
    );
    const coerced = operation && getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    const trouble = [...problems, ...(coerced?.errors ?? []).map(({ message }) => message)];
    if (!operation || !coerced?.coerced || trouble.length > 0) {
      this.#traffic.refused.push(`${name}: ${trouble.join('; ')}\n${query}\n${JSON.stringify(variables)}`);
      return { errors: trouble.map((message) => ({ message })) };
    }
    const run = new SubgraphRun(this.facts, this.#graph, this.#world, this.#faults, {
      variables: coerced.coerced,
      fragments: new Map(
        document.definitions.flatMap((one) =>
          one.kind === 'FragmentDefinition' ? [[one.name.value, one] as const] : [],
        ),
      ),
      touched: this.#touched,
      effects: operation.operation === 'mutation' ? this.#effects : null,
    });
    return run.answer(operation);
  }
}

const documents = new WeakMap<SubgraphFacts, Map<string, { document: DocumentNode; problems: readonly string[] }>>();

function admitted(facts: SubgraphFacts, query: string) {
  const known = documents.get(facts) ?? new Map();
  documents.set(facts, known);
  const found = known.get(query);
  if (found) return found as { document: DocumentNode; problems: readonly string[] };
  const document = parse(query);
  const now = { document, problems: validate(facts.schema, document).map(({ message }) => message) };
  known.set(query, now);
  return now;
}
