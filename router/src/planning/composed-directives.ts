import {
  baseType,
  copyDirectiveDefinitionToSchema,
  type Supergraph as FederationSupergraph,
} from '@apollo/federation-internals';
import {
  type ArgumentNode,
  astFromValue,
  DirectiveLocation,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  specifiedDirectives,
  visit,
} from 'graphql';

const EXECUTABLE = new Set<string>([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);
/** What a caller may say of deferred answers is for the router to say, not for its subgraphs. */
const NOT_ADMITTED = /^(?:join__.*|link|core|defer|stream)$/;
const SPECIFIED = new Set(specifiedDirectives.map(({ name }) => name));

/**
 * Subgraphs compose a directive for operations (`@composeDirective`) so that callers can use it, yet Apollo takes everything
 * that was composed out of the schema that callers see. Here what belongs into operations is put back.
 */
export function admitComposedDirectives({ schema: supergraph }: FederationSupergraph): void {
  const api = supergraph.toAPISchema();
  for (const definition of supergraph.directives()) {
    const { name, locations } = definition;
    if (SPECIFIED.has(name) || NOT_ADMITTED.test(name) || api.directive(name)) continue;
    if (!locations.some((location) => EXECUTABLE.has(location))) continue;
    if (!definition.arguments().every(({ type }) => type && api.type(baseType(type).name))) continue;
    copyDirectiveDefinitionToSchema({
      definition,
      schema: api,
      copyDirectiveApplicationsInArguments: false,
      locationFilter: (location) => EXECUTABLE.has(location),
    });
  }
  api.validate();
}

/**
 * Writes out what a directive's arguments are when nothing else is said: the graph's defaults are not always those of the
 * subgraph that the directive is sent to.
 */
export function withDirectiveDefaults(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  return visit(document, {
    Directive(directive) {
      if (SPECIFIED.has(directive.name.value)) return undefined;
      const given = directive.arguments ?? [];
      const missing = (schema.getDirective(directive.name.value)?.args ?? []).flatMap((argument): ArgumentNode[] => {
        if (argument.defaultValue === undefined || given.some(({ name }) => name.value === argument.name)) return [];
        const value = astFromValue(argument.defaultValue, argument.type);
        return value ? [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: argument.name }, value }] : [];
      });
      return missing.length === 0 ? undefined : { ...directive, arguments: [...given, ...missing] };
    },
  });
}
