import type { ASTNode, FieldNode, GraphQLError, ValueNode } from 'graphql';
import type { Operation } from '../input/operation.ts';

/** What a client selects on a union or interface: which types it has said it is ready for. */
export interface AbstractSelection {
  /** The type conditions of the fragments in it. */
  readonly conditions: ReadonlySet<string>;
  /** Whether a field of the abstract type itself is selected, so that any member has something to answer. */
  readonly hasOwnFields: boolean;
}

export interface Call {
  readonly node: FieldNode;
  readonly given: ReadonlyMap<string, ValueNode>;
}

/** What one operation touches, by the schema that it was written for. */
export interface OperationUse {
  /** Coordinate → the nodes of the document that name it. */
  readonly nodes: ReadonlyMap<string, readonly ASTNode[]>;
  /** Field coordinate → how it is called. */
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  /** Named types of everything selected. */
  readonly selects: ReadonlySet<string>;
  /** Input types and enums that variables carry, at any depth: their values are known to the client alone. */
  readonly sends: ReadonlySet<string>;
  /** Input type → the fields that each literal object of it has. */
  readonly literals: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
  readonly abstract: ReadonlyMap<string, AbstractSelection>;
  /** Composite types whose fields are selected. */
  readonly visits: ReadonlySet<string>;
}

/** An operation with all that is known of it. */
export interface Facts {
  readonly operation: Operation;
  readonly use: OperationUse;
  /** Empty when the operation is valid against head: this, and nothing else, says whether it still works. */
  readonly errors: readonly GraphQLError[];
  /** False for an operation written for the new schema, which a change cannot break. */
  readonly validOnBase: () => boolean;
}
