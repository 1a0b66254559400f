import { badInput } from '@cartograph/kernel/errors';
import { GraphQLScalarType, Kind } from 'graphql';

/** A day as text: a `Date` would move it between time zones. */
export const DateScalar = new GraphQLScalarType({
  name: 'Date',
  serialize: String,
  parseValue: readDay,
  parseLiteral: (node) => readDay(node.kind === Kind.STRING ? node.value : null),
});

function readDay(value: unknown): string {
  const day = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : null;
  if (!day || Number.isNaN(day.getTime())) throw badInput('A Date is written like 2026-01-31.');
  return value as string;
}
