import { type GraphQLEnumType, type GraphQLScalarType, isEnumType } from 'graphql';

/** A scalar or enum. What a subgraph may answer for it is decided by `accepts`, as the stock gateway decides it. */
export interface LeafShape {
  readonly kind: 'leaf';
  readonly type: string;
  readonly leaf: LeafKind;
  /** The values an enum may have for callers. */
  readonly values?: ReadonlySet<string>;
}

/** `any` is a custom scalar: its form is between the subgraph and the client. */
export type LeafKind = 'string' | 'id' | 'int' | 'float' | 'boolean' | 'enum' | 'any';

const BUILT_IN: Readonly<Record<string, LeafKind>> = {
  String: 'string',
  ID: 'id',
  Int: 'int',
  Float: 'float',
  Boolean: 'boolean',
};

export function leafShape(type: GraphQLScalarType | GraphQLEnumType): LeafShape {
  if (!isEnumType(type)) return { kind: 'leaf', type: type.name, leaf: BUILT_IN[type.name] ?? 'any' };
  const values = new Set(type.getValues().map(({ name }) => name));
  return { kind: 'leaf', type: type.name, leaf: 'enum', values };
}

/** Whether a subgraph's value is one of the type's. A number too large for its digits is told by its exponent. */
export function accepts({ leaf, values }: LeafShape, value: unknown): boolean {
  switch (leaf) {
    case 'any':
      return true;
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'enum':
      return typeof value === 'string' && !!values?.has(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'id':
      return typeof value === 'string' || isIntegerText(value);
    case 'int':
      return isIntegerText(value);
  }
}

const isIntegerText = (value: unknown): boolean =>
  typeof value === 'number' && /^-?(?:0|[1-9]\d*)$/.test(String(value));
