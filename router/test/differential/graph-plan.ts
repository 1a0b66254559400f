/** A supergraph as it is thought out, before it is written down as one SDL per subgraph. */
export interface FieldPlan {
  readonly name: string;
  type: string;
  readonly args: string;
  /** The subgraphs that answer it. With more than one it is shareable. */
  owners: string[];
  directives: string;
  /** Directives in one subgraph alone. */
  readonly only: Record<string, string>;
  /** Where it is declared only to be required, provided or overridden. */
  readonly external: Set<string>;
  readonly hidden: boolean;
}

export type KeyKind = 'id' | 'code' | 'both' | 'part';

export interface ObjectPlan {
  readonly name: string;
  readonly kind: 'entity' | 'value' | 'key';
  readonly fields: FieldPlan[];
  /** Where it is declared, and for entities by which key. */
  readonly at: Map<string, KeyKind>;
  readonly compound: string | null;
  readonly resolvable: Map<string, boolean>;
}

export interface AbstractPlan {
  readonly name: string;
  readonly kind: 'interface' | 'union';
  readonly members: readonly string[];
  /** Is there wherever the abstract type is. */
  readonly core: string;
  /** Of interfaces: the fields that every member has. */
  readonly fields: readonly string[];
  readonly at: Set<string>;
}

/** An interface with a key, which other subgraphs extend as one object. */
export interface ObjectInterfacePlan {
  readonly name: string;
  readonly home: string;
  readonly members: readonly string[];
  readonly fields: FieldPlan[];
  readonly at: Set<string>;
  /** The subgraphs that may know the members themselves, and so may not know them as one object. */
  readonly memberAt: readonly string[];
}

export interface GraphPlan {
  readonly subgraphs: readonly string[];
  readonly objects: Map<string, ObjectPlan>;
  readonly abstracts: Map<string, AbstractPlan>;
  readonly objectInterfaces: Map<string, ObjectInterfacePlan>;
  readonly enums: Map<
    string,
    { readonly values: readonly string[]; readonly hidden: string | null; readonly at: Set<string> }
  >;
  readonly inputs: Map<string, { readonly fields: string; readonly uses: readonly string[]; readonly at: Set<string> }>;
  readonly scalars: Map<string, Set<string>>;
  readonly roots: { readonly kind: 'Query' | 'Mutation'; readonly field: FieldPlan }[];
}

export const namedIn = (type: string): string => type.replace(/[[\]!]/g, '');
