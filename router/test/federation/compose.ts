import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { parse } from 'graphql';

const DIRECTIVES = [
  '@key',
  '@shareable',
  '@external',
  '@requires',
  '@provides',
  '@override',
  '@inaccessible',
  '@tag',
  '@extends',
  '@interfaceObject',
  '@composeDirective',
  '@context',
  '@fromContext',
  'FieldSet',
];

/** The first lines of a Federation 2 subgraph. */
export const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(DIRECTIVES)})`;

/** A subgraph that says `legacy` first has no `@link` and so is read by the rules of Federation 1. */
export const LEGACY = '# legacy';

export const asFederated = (sdl: string): string =>
  sdl.includes('@link(') || sdl.trimStart().startsWith(LEGACY) ? sdl : `${FEDERATION}\n${sdl}`;

export class CompositionFailed extends Error {}

export function compose(
  subgraphs: Readonly<Record<string, string>>,
  urlOf = (name: string) => `http://${name}.invalid/graphql`,
): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: urlOf(name),
      typeDefs: parse(asFederated(sdl)),
    })),
  );
  if (!supergraphSdl) throw new CompositionFailed(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

export const apiSchemaOf = (sdl: string) => Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
