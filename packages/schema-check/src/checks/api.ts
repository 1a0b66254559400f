import type { GraphQLSchema } from 'graphql';
import type { Draft } from '../findings/finding.ts';
import { toDraft } from '../findings/from-grade.ts';
import type { Facts } from '../use/facts.ts';
import { reachableTypes } from '../use/reachable.ts';
import { Usage } from '../use/usage.ts';
import { gradeChanges } from './diff.ts';
import type { World } from './grade.ts';
import { unexplained } from './operations.ts';

export interface ApiQuestion {
  readonly base: GraphQLSchema;
  readonly head: GraphQLSchema;
  readonly facts: readonly Facts[];
  readonly since: string | undefined;
  readonly contract?: string;
}

/** What a change of the API does to those who use it. */
export async function checkApi({ base, head, facts, since, contract }: ApiQuestion): Promise<readonly Draft[]> {
  // Operations that came with the change say nothing of the clients there are.
  const hasUsage = facts.some(({ validOnBase }) => validOnBase());
  const world: World = { base, head, usage: new Usage(facts), hasUsage, reachable: reachableTypes(base) };
  const graded = await gradeChanges(world);
  const breaking = graded.filter(({ kind }) => kind === 'break');
  const explained = new Set(breaking.flatMap(({ hits }) => hits));
  const judging = { world, since, ...(contract === undefined ? {} : { contract }) };
  return [...graded.flatMap((each) => toDraft(each, judging) ?? []), ...unexplained(facts, explained, contract)];
}
