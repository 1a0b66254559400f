import type { Change, TypeOfChangeType } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import type { Facts } from '../use/facts.ts';
import type { Usage } from '../use/usage.ts';

/** Two schemas as clients see them, and all that is known of the clients. */
export interface World {
  readonly base: GraphQLSchema;
  readonly head: GraphQLSchema;
  readonly usage: Usage;
  /** Whether anything is known of base's clients; if not, a break stays one. */
  readonly hasUsage: boolean;
  /** Types that a client of base can reach at all. */
  readonly reachable: ReadonlySet<string>;
}

/** One change, weighed by those whom it touches. */
export interface Graded {
  readonly rule: string;
  readonly coordinate: string;
  /** A break fails clients that use it; a risk may surprise them. */
  readonly kind: 'break' | 'risk';
  readonly hits: readonly Facts[];
  /** The change itself, as the beginning of a sentence. */
  readonly what: string;
  /** What its users do, in the plural: "select it". */
  readonly verb: string;
  readonly fix: string;
}

/** One grader for each kind of change that can hurt a client; the other kinds are harmless. */
export type Graders = {
  readonly [K in TypeOfChangeType]?: (meta: Change<K>['meta'], world: World) => Graded | undefined;
};

export const union = (...lists: readonly (readonly Facts[])[]): readonly Facts[] => [...new Set(lists.flat())];
