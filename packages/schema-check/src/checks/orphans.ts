import type { GraphQLSchema } from 'graphql';
import type { Draft } from '../findings/finding.ts';
import { reachableTypes } from '../use/reachable.ts';

/** Types that clients could come by and now cannot: left behind when the last field that led to them went. */
export function orphans(base: GraphQLSchema, head: GraphQLSchema): readonly Draft[] {
  const before = reachableTypes(base);
  const after = reachableTypes(head);
  return Object.keys(head.getTypeMap())
    .filter((name) => !name.startsWith('__') && !after.has(name) && (before.has(name) || !base.getType(name)))
    .filter((name) => !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name))
    .map((name) => ({
      rule: 'orphaned-type',
      level: 'warning',
      coordinate: name,
      reason: `No field leads to ${name}: clients cannot come by it.`,
      fix: 'Remove the type, or give it a field that leads to it.',
    }));
}
