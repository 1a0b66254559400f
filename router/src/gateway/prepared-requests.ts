import type { Viewer } from '@cartograph/kernel/viewer';
import { type GraphQLSchema, getVariableValues } from 'graphql';
import type { KnownOperation, KnownOperations } from './known-operations.ts';

/** A request whose operation and variables the whole pipeline would admit as it has admitted them before. */
export interface PreparedRequest {
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A GraphQL request as JSON carries it; whether it is one, the pipeline says. */
export type RequestBody = Readonly<Record<string, unknown>>;

export interface PreparedRequests {
  /** By the text of a body alone: nothing is parsed again. */
  byText(text: string, viewer: Viewer): PreparedRequest | undefined;
  /** By the document in a body. Undefined where the pipeline has not admitted it yet, or would refuse it now. */
  byBody(text: string, body: RequestBody, viewer: Viewer): PreparedRequest | undefined;
  /** The pipeline has admitted it for viewers of this kind. */
  admit(operation: KnownOperation, viewer: Viewer): void;
}

/** Texts that are remembered: those of queries, which come again; a mutation has a new key each time. */
const MAX_TEXTS = 5_000;
const MAX_TEXT_LENGTH = 8_192;
const PASSED_ON = new Set(['query', 'variables', 'operationName']);

export function createPreparedRequests(schema: GraphQLSchema, operations: KnownOperations): PreparedRequests {
  const byText = new Map<string, PreparedRequest>();
  const admitted = new WeakMap<KnownOperation, Set<Viewer['kind']>>();
  const isAdmitted = (operation: KnownOperation, viewer: Viewer) => !!admitted.get(operation)?.has(viewer.kind);

  function remember(text: string, prepared: PreparedRequest) {
    if (prepared.operation.compiled.kind !== 'query' || text.length > MAX_TEXT_LENGTH) return;
    const [oldest] = byText.keys();
    if (byText.size >= MAX_TEXTS && oldest !== undefined) byText.delete(oldest);
    byText.set(text, prepared);
  }

  return {
    byText(text, viewer) {
      const prepared = byText.get(text);
      return prepared && isAdmitted(prepared.operation, viewer) ? prepared : undefined;
    },
    byBody(text, body, viewer) {
      const { query, operationName, variables } = body;
      if (typeof query !== 'string' || !Object.keys(body).every((key) => PASSED_ON.has(key))) return undefined;
      if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
      const operation = operations.peek(query, operationName ?? undefined);
      if (!operation || !isAdmitted(operation, viewer)) return undefined;
      const given = variables ?? {};
      if (typeof given !== 'object' || Array.isArray(given)) return undefined;
      const values = given as Record<string, unknown>;
      if (getVariableValues(schema, operation.variableDefinitions, values).errors) return undefined;
      const prepared = { operation, variables: values };
      remember(text, prepared);
      return prepared;
    },
    admit(operation, viewer) {
      // What introspection shows depends on who asks, so the pipeline decides each time.
      if (/\b__(?:schema|type)\b/.test(operation.source)) return;
      const kinds = admitted.get(operation) ?? new Set();
      admitted.set(operation, kinds.add(viewer.kind));
    },
  };
}
