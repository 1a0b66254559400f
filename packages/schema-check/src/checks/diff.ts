import { type Change, diff } from '@graphql-inspector/core';
import { type GraphQLSchema, isScalarType } from 'graphql';
import type { Graded, Graders, World } from './grade.ts';
import { argumentGraders } from './graders/arguments.ts';
import { directiveGraders } from './graders/directives.ts';
import { enumGraders } from './graders/enums.ts';
import { fieldGraders } from './graders/fields.ts';
import { inputGraders } from './graders/inputs.ts';
import { memberGraders } from './graders/members.ts';

const GRADERS: Graders = {
  ...fieldGraders,
  ...argumentGraders,
  ...inputGraders,
  ...enumGraders,
  ...memberGraders,
  ...directiveGraders,
};

/** Every change of the API that can hurt, each weighed by the operations it touches. */
export async function gradeChanges(world: World): Promise<readonly Graded[]> {
  const changes = await diff(world.base, world.head);
  return [...changes.flatMap((change) => gradeOne(change, world) ?? []), ...scalarsChanged(world)];
}

export const changesOf = (base: GraphQLSchema, head: GraphQLSchema): Promise<readonly Change[]> => diff(base, head);

function gradeOne(change: Change, world: World): Graded | undefined {
  // The table's type ties each key to its own meta; that tie is lost when a key is looked up.
  const grader = GRADERS[change.type as keyof Graders] as
    | ((meta: unknown, world: World) => Graded | undefined)
    | undefined;
  return grader?.(change.meta, world);
}

/** A scalar of the same name that means another format: no operation can look invalid for it. */
function scalarsChanged({ base, head, usage }: World): readonly Graded[] {
  return Object.values(head.getTypeMap()).flatMap((after) => {
    const before = base.getType(after.name);
    if (!isScalarType(after) || !isScalarType(before) || before.specifiedByURL === after.specifiedByURL) return [];
    if (!before.specifiedByURL || !after.specifiedByURL) return [];
    return [
      {
        rule: 'scalar-changed',
        coordinate: after.name,
        kind: 'break' as const,
        hits: [...new Set([...usage.selectingType(after.name), ...usage.sendingType(after.name)])],
        what: `The scalar's format changes from ${before.specifiedByURL} to ${after.specifiedByURL}`,
        verb: 'select or send it',
        fix: 'Give the new format a scalar and fields of its own.',
      },
    ];
  });
}
