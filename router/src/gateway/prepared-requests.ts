import type { Viewer } from '@cartograph/kernel/viewer';
import { type GraphQLSchema, getVariableValues } from 'graphql';
import type { KnownOperation, KnownOperations } from './known-operations.ts';

/** A request whose operation and variables the whole pipeline would admit as it has admitted them before. */
export interface PreparedRequest {
  readonly operation: KnownOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Estimated, in the unit of the budgets. */
  readonly cost: number;
}

/** A GraphQL request as JSON carries it; whether it is one, the pipeline says. */
export type RequestBody = Readonly<Record<string, unknown>>;

export interface PreparedRequests {
  /** By the text of a request alone: nothing is parsed again. */
  byText(text: string, viewer: Viewer): PreparedRequest | undefined;
  /** By the document it means. Undefined where the pipeline has not admitted that yet, or would refuse it now. */
  byDocument(text: string, document: string, body: RequestBody, viewer: Viewer): PreparedRequest | undefined;
  /** The pipeline has admitted it for viewers of this kind. */
  admit(operation: KnownOperation, viewer: Viewer): void;
  /** Nothing is admitted any more until the pipeline has admitted it again. */
  forget(): void;
  /** Texts that are remembered. */
  readonly size: number;
}

/** Texts that are remembered: those of queries, which come again; a mutation has a new key each time. */
const MAX_TEXTS = 5_000;
const MAX_TEXT_LENGTH = 8_192;
const KEYS: ReadonlySet<string> = new Set(['query', 'variables', 'operationName', 'extensions']);

export function createPreparedRequests(schema: GraphQLSchema, operations: KnownOperations): PreparedRequests {
  const byText = new Map<string, PreparedRequest>();
  let admitted = new WeakMap<KnownOperation, Set<Viewer['kind']>>();
  const isAdmitted = (operation: KnownOperation, { kind }: Viewer) => !!admitted.get(operation)?.has(kind);

  function remember(text: string, prepared: PreparedRequest) {
    if (prepared.operation.compiled.kind !== 'query' || text.length > MAX_TEXT_LENGTH) return;
    const [oldest] = byText.keys();
    if (byText.size >= MAX_TEXTS && oldest !== undefined) byText.delete(oldest);
    byText.set(text, prepared);
  }

  return {
    get size() {
      return byText.size;
    },
    byText(text, viewer) {
      const prepared = byText.get(text);
      return prepared && isAdmitted(prepared.operation, viewer) ? prepared : undefined;
    },
    byDocument(text, document, body, viewer) {
      const { operationName = null, variables: given = null } = body;
      if (!Object.keys(body).every((key) => KEYS.has(key))) return undefined;
      if (operationName !== null && typeof operationName !== 'string') return undefined;
      const operation = operations.peek(document, operationName ?? undefined);
      if (!operation || !isAdmitted(operation, viewer) || typeof given !== 'object' || Array.isArray(given))
        return undefined;
      const variables = (given ?? {}) as Record<string, unknown>;
      if (getVariableValues(schema, operation.variableDefinitions, variables).errors) return undefined;
      const prepared = { operation, variables, cost: operation.cost(variables) };
      remember(text, prepared);
      return prepared;
    },
    admit(operation, { kind }) {
      const kinds = admitted.get(operation) ?? new Set();
      admitted.set(operation, kinds.add(kind));
    },
    forget() {
      admitted = new WeakMap();
      byText.clear();
    },
  };
}
