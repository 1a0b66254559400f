import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, VariableDefinitionNode } from 'graphql';
import { compileOperation } from '../execution/compile.ts';
import type { CompiledOperation } from '../execution/operation.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';

/** An operation that the whole pipeline has admitted once: parsed, validated, within the limits, planned, compiled. */
export interface KnownOperation {
  readonly source: string;
  readonly document: DocumentNode;
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  readonly compiled: CompiledOperation & { readonly plan: QueryPlan };
}

export interface KnownOperations {
  /** Compiles on the first call for a text and name. */
  get(source: string, document: DocumentNode, operationName: string | undefined): KnownOperation;
  /** Only what was compiled before. */
  peek(source: string, operationName: string | undefined): KnownOperation | undefined;
}

/** Compiled operations are a few tens of kilobytes each; documents are what a stranger can make many of. */
const MAX_OPERATIONS = 2_000;
const MAX_SOURCE_LENGTH = 16 * 1024 * 1024;

/** Keeps what was compiled for one supergraph, the longest unused leaving first. */
export function createKnownOperations(supergraph: Supergraph): KnownOperations {
  const known = new Map<string, KnownOperation>();
  let length = 0;
  const keyOf = (source: string, name: string | undefined) => (name === undefined ? source : `${name}\n${source}`);

  function peek(source: string, name: string | undefined): KnownOperation | undefined {
    const key = keyOf(source, name);
    const found = known.get(key);
    if (!found) return undefined;
    // Last in a Map is newest.
    known.delete(key);
    known.set(key, found);
    return found;
  }

  return {
    peek,
    get(source, document, name) {
      const found = peek(source, name);
      if (found) return found;
      const compiled = compileOperation(supergraph, document, name);
      const definition = document.definitions.find(
        (one) => one.kind === 'OperationDefinition' && (one.name?.value ?? null) === compiled.name,
      );
      const variableDefinitions =
        definition?.kind === 'OperationDefinition' ? (definition.variableDefinitions ?? []) : [];
      const operation: KnownOperation = { source, document, variableDefinitions, compiled };
      known.set(keyOf(source, name), operation);
      length += source.length;
      while (known.size > MAX_OPERATIONS || length > MAX_SOURCE_LENGTH) {
        const [oldest] = known as Iterable<[string, KnownOperation]>;
        if (!oldest || oldest[1] === operation) break;
        known.delete(oldest[0]);
        length -= oldest[1].source.length;
      }
      return operation;
    },
  };
}
