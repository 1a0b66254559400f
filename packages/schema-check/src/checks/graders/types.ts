import {
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  isCompositeType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';

/** How the answers that a client gets change when a field's type does. */
export type OutputChange = 'safe' | 'alike' | 'by-selection' | 'nullable' | 'different';

export function compareOutput(base: GraphQLOutputType, head: GraphQLOutputType): OutputChange {
  if (isNonNullType(base)) return isNonNullType(head) ? compareOutput(base.ofType, head.ofType) : 'nullable';
  if (isNonNullType(head)) return compareOutput(base, head.ofType);
  if (isListType(base)) return isListType(head) ? compareOutput(base.ofType, head.ofType) : 'different';
  if (isListType(head)) return 'different';
  if (base.name === head.name) return 'safe';
  // Another object behind the same selection may still answer it: validation knows.
  if (isCompositeType(base) && isCompositeType(head)) return 'by-selection';
  return isStringlike(base) && isStringlike(head) ? 'alike' : 'different';
}

/** Whether values that clients send now are still taken. */
export type InputChange = 'safe' | 'alike' | 'required' | 'different';

const WIDER: Readonly<Record<string, readonly string[]>> = { Int: ['Float', 'ID'], String: ['ID'] };

export function compareInput(base: GraphQLInputType, head: GraphQLInputType): InputChange {
  if (isNonNullType(head)) {
    const inner = compareInput(isNonNullType(base) ? base.ofType : base, head.ofType);
    return isNonNullType(base) || inner === 'different' ? inner : 'required';
  }
  if (isNonNullType(base)) return compareInput(base.ofType, head);
  // A single value is taken for a list of one.
  if (isListType(head)) return compareInput(isListType(base) ? base.ofType : base, head.ofType);
  if (isListType(base)) return 'different';
  if (base.name === head.name || WIDER[base.name]?.includes(head.name)) return 'safe';
  return isStringlike(base) && isStringlike(head) ? 'alike' : 'different';
}

/** Both travel as a JSON string. */
const isStringlike = ({ name }: GraphQLNamedType): boolean => name === 'String' || name === 'ID';

/** Validation takes any literal for a custom scalar, so it cannot tell one from another. */
export const isCustomScalar = (type: GraphQLNamedType): boolean => isScalarType(type) && !isSpecifiedScalarType(type);
