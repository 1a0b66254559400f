import { isRequiredArgument } from 'graphql';
import { type Graded, type Graders, union, type World } from '../grade.ts';

export const directiveGraders: Graders = {
  DIRECTIVE_REMOVED: ({ removedDirectiveName: name }, world) =>
    broken('directive-removed', `@${name}`, `@${name}`, world, 'The directive is removed'),
  DIRECTIVE_LOCATION_REMOVED: ({ directiveName, removedDirectiveLocation }, world) =>
    broken(
      'directive-location-removed',
      `@${directiveName}`,
      `@${directiveName}`,
      world,
      `The directive may no longer stand on ${removedDirectiveLocation}`,
    ),
  DIRECTIVE_REPEATABLE_REMOVED: ({ directiveName }, world) =>
    broken(
      'directive-not-repeatable',
      `@${directiveName}`,
      `@${directiveName}`,
      world,
      'The directive may no longer be repeated',
    ),
  DIRECTIVE_ARGUMENT_REMOVED: ({ directiveName, removedDirectiveArgumentName: name }, world) =>
    broken(
      'directive-argument-removed',
      `@${directiveName}`,
      `@${directiveName}(${name}:)`,
      world,
      'The directive argument is removed',
    ),
  DIRECTIVE_ARGUMENT_TYPE_CHANGED: ({ directiveName, directiveArgumentName: name }, world) =>
    broken(
      'directive-argument-type-changed',
      `@${directiveName}`,
      `@${directiveName}(${name}:)`,
      world,
      "The directive argument's type changes",
    ),
  DIRECTIVE_ARGUMENT_ADDED: ({ directiveName, addedDirectiveArgumentName: name, addedToNewDirective }, world) =>
    addedToNewDirective || !isRequired(directiveName, name, world)
      ? undefined
      : broken(
          'directive-argument-required',
          `@${directiveName}`,
          `@${directiveName}(${name}:)`,
          world,
          'A required directive argument is added',
        ),
  DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED({ directiveName, directiveArgumentName: name }, world) {
    const at = `@${directiveName}(${name}:)`;
    if (isRequired(directiveName, name, world))
      return broken(
        'directive-argument-required',
        `@${directiveName}`,
        at,
        world,
        'The directive argument loses its default and becomes required',
      );
    const given = new Set(world.usage.namingCoordinate(at));
    return {
      rule: 'directive-argument-default-changed',
      coordinate: at,
      kind: 'risk',
      hits: world.usage.namingCoordinate(`@${directiveName}`).filter((facts) => !given.has(facts)),
      what: "The directive argument's default changes",
      verb: 'rely on it',
      fix: 'Have the operations that rely on the old default send it.',
    };
  },
};

const isRequired = (directiveName: string, name: string, { head }: World): boolean => {
  const argument = head.getDirective(directiveName)?.args.find((each) => each.name === name);
  return argument !== undefined && isRequiredArgument(argument);
};

/** Directives have no runtime of their own to guess at: validation alone says whom it hits. */
const broken = (rule: string, directive: string, coordinate: string, { usage }: World, what: string): Graded => ({
  rule,
  coordinate,
  kind: 'break',
  hits: union(usage.brokenAt(directive), coordinate === directive ? [] : usage.brokenAt(coordinate)),
  what,
  verb: 'write it so',
  fix: 'Keep what operations write valid until they are changed.',
});
