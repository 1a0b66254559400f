import { isInterfaceType, isObjectType } from 'graphql';
import type { Facts } from '../../use/facts.ts';
import { type Graded, type Graders, union, type World } from '../grade.ts';

export const memberGraders: Graders = {
  UNION_MEMBER_ADDED({ unionName, addedUnionMemberTypeName, addedToNewType }, world) {
    if (addedToNewType) return undefined;
    return {
      rule: 'union-member-added',
      coordinate: unionName,
      kind: 'risk',
      hits: unprepared(world, unionName, addedUnionMemberTypeName),
      what: `${addedUnionMemberTypeName} joins the union`,
      verb: `select ${unionName} without a branch for it`,
      fix: `Let clients select an interface that ${addedUnionMemberTypeName} implements, or tell them first.`,
    };
  },
  UNION_MEMBER_REMOVED({ unionName, removedUnionMemberTypeName: member }, { usage }) {
    return {
      rule: 'union-member-removed',
      coordinate: unionName,
      kind: 'break',
      hits: union(
        usage.brokenSaying(`"${unionName}"`, `"${member}"`),
        usage.all.filter(
          ({ use, validOnBase }) => use.abstract.get(unionName)?.conditions.has(member) && validOnBase(),
        ),
      ),
      what: `${member} leaves the union`,
      verb: 'select it there',
      fix: `Keep ${member} in the union until nobody selects it, even if it is never answered.`,
    };
  },
  OBJECT_TYPE_INTERFACE_ADDED({ objectTypeName, addedInterfaceName, addedToNewType }, world) {
    if (addedToNewType || !world.base.getType(addedInterfaceName)) return undefined;
    return {
      rule: 'implementer-added',
      coordinate: objectTypeName,
      kind: 'risk',
      hits: unprepared(world, addedInterfaceName, objectTypeName),
      what: `The type may now be met as ${addedInterfaceName}`,
      verb: `select ${addedInterfaceName} without a branch for it`,
      fix: `Let clients select a field of ${addedInterfaceName} itself, or tell them first.`,
    };
  },
  OBJECT_TYPE_INTERFACE_REMOVED({ objectTypeName, removedInterfaceName }, { usage }) {
    return {
      rule: 'interface-removed',
      coordinate: objectTypeName,
      kind: 'break',
      hits: union(
        usage.brokenSaying(`"${objectTypeName}"`, `"${removedInterfaceName}"`),
        usage.all.filter(
          ({ use, validOnBase }) =>
            use.abstract.get(removedInterfaceName)?.conditions.has(objectTypeName) && validOnBase(),
        ),
      ),
      what: `The type no longer implements ${removedInterfaceName}`,
      verb: 'select it through that interface',
      fix: `Keep "implements ${removedInterfaceName}" until nobody relies on it.`,
    };
  },
  TYPE_REMOVED({ removedTypeName }, { usage }) {
    return {
      rule: 'type-removed',
      coordinate: removedTypeName,
      kind: 'break',
      hits: union(usage.namingCoordinate(removedTypeName), usage.brokenSaying(`"${removedTypeName}"`)),
      what: 'The type is removed',
      verb: 'name it',
      fix: 'Keep the type until nobody names it.',
    };
  },
  TYPE_KIND_CHANGED: ({ typeName, oldTypeKind, newTypeKind }, world) =>
    kindChanged(typeName, `from ${oldTypeKind} to ${newTypeKind}`, world),
};

function kindChanged(typeName: string, how: string, { usage }: World): Graded {
  return {
    rule: 'type-kind-changed',
    coordinate: typeName,
    kind: 'break',
    hits: union(usage.namingCoordinate(typeName), usage.selectingType(typeName), usage.sendingType(typeName)),
    what: `The type turns ${how}`,
    verb: 'use it',
    fix: 'Add a type of another name and deprecate the fields that answer this one.',
  };
}

/** Operations that select an abstract type and have nothing to say about one of its new members. */
function unprepared({ usage, head }: World, abstract: string, member: string): readonly Facts[] {
  const type = head.getType(member);
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().map(({ name }) => name) : [];
  const isFor = new Set([member, ...interfaces]);
  return usage.all.filter(({ use, validOnBase }) => {
    const selection = use.abstract.get(abstract);
    if (!selection || selection.hasOwnFields) return false;
    return (
      ![...selection.conditions].some((condition) => isFor.has(condition) && condition !== abstract) && validOnBase()
    );
  });
}
