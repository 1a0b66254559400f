import {
  type DocumentNode,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  parse,
  visit,
} from 'graphql';
import type { EngineAnswer } from '../federation/engine.ts';
import { asksForType } from './asked-types.ts';
import type { Operation } from './generate-operation.ts';
import type { Graph } from './graph.ts';

export interface KnownDifference {
  readonly name: string;
  readonly why: string;
  /** Whether an operation is of the kind that it happens to. */
  readonly concerns: (document: DocumentNode, graph: Graph) => boolean;
}

export const ABSTRACT_FRAGMENT: KnownDifference = {
  name: 'a fragment on an abstract type around one on the object type itself',
  why: 'Where the subgraph was not asked for `__typename`, the gateway goes by the type of the surrounding fragment, and takes an object of an abstract type for none of its members.',
  concerns: (document, { apiSchema }) => {
    let found = false;
    visit(document, {
      NamedType({ name }) {
        found ||= isAbstractType(apiSchema.getType(name.value));
      },
    });
    return found;
  },
};

export const TOO_MANY_WAYS: KnownDifference = {
  name: 'too many ways to answer it',
  why: 'The planner would follow them for minutes and run out of memory: it is stopped, by us before anything is asked.',
  concerns: () => false,
};

/**
 * Where Apollo's gateway is wrong with honest subgraphs, by what graphql-js says of the merged schema. That it is wrong in a case
 * the test finds out by asking both; a case that none of these explains fails.
 */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'a response name that means two things',
    why: 'The planner puts key and required fields under their own names beside what the caller asks for, and keeps one field for each name and path: an alias such as `id: name`, or one alias for fields of different types, is lost or taken for the other.',
    concerns: (document, { apiSchema }) => {
      const fields = new Set(
        Object.values(apiSchema.getTypeMap()).flatMap((type) =>
          isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
        ),
      );
      const meanings = new Map<string, Set<string>>();
      visit(document, {
        Field({ alias, name }) {
          const key = (alias ?? name).value;
          meanings.set(key, (meanings.get(key) ?? new Set()).add(name.value));
        },
      });
      return [...meanings].some(([key, names]) => names.size > 1 || (!names.has(key) && fields.has(key)));
    },
  },
  {
    name: 'a condition on all that is selected of an object, or on what requires a field',
    why: 'The planner moves the condition of all fields of an object to the object, which is then missing where it should be empty; and the gateway does not ask for an entity that lacks a required field, though what requires it was skipped.',
    concerns: (document) => {
      let found = false;
      visit(document, {
        Directive({ name }) {
          found ||= name.value === 'skip' || name.value === 'include';
        },
      });
      return found;
    },
  },
  ABSTRACT_FRAGMENT,
  {
    name: 'objects in a list of lists of which two fetches tell',
    why: 'The gateway merges lists item by item, but of two inner lists it keeps the later one alone.',
    concerns: (document, { apiSchema }) =>
      asksForType(document, apiSchema, (type) => String(type).includes('[[') && isCompositeType(getNamedType(type))),
  },
  {
    name: 'a requirement of objects in a list of lists',
    why: 'The gateway sends null in the place of each inner list.',
    concerns: (_document, { subgraphs }) =>
      [...subgraphs.values()].some(({ schema, requires }) =>
        [...requires].some(([field, { selections }]) => {
          const type = schema.getType(field.split('.')[0] ?? '');
          return selections.some(
            (one) =>
              one.kind === 'Field' &&
              one.selectionSet !== undefined &&
              isObjectType(type) &&
              String(type.getFields()[one.name.value]?.type).includes('[['),
          );
        }),
      ),
  },
  {
    name: 'an object behind `@interfaceObject` that is asked again',
    why: 'The answer of the subgraph that knows the interface as an object carries the interface as `__typename`, and the gateway takes that for the name of the type that it knew already.',
    concerns: (_document, { subgraphs }) =>
      [...subgraphs.values()].some(({ objectInterfaces }) => objectInterfaces.size > 0),
  },
  {
    name: 'a requirement of a requirement',
    why: 'The planner asks for the field in the middle before what that requires is known, or asks a subgraph for what this only refers to.',
    concerns: (_document, { subgraphs }) => {
      const requiring = new Set([...subgraphs.values()].flatMap(({ requires }) => [...requires.keys()]));
      return [...subgraphs.values()].some(({ requires }) =>
        [...requires].some(([field, { selections }]) =>
          selections.some((one) => one.kind === 'Field' && requiring.has(`${field.split('.')[0]}.${one.name.value}`)),
        ),
      );
    },
  },
  {
    name: 'an interface below a field that subgraphs share',
    why: 'The planner rules out each way to complete an object by the way of another, finds none and throws.',
    concerns: (_document, { declared, apiSchema }) =>
      [...declared].some(
        ([, places]) =>
          places.length > 1 &&
          places.some(({ field }) => isInterfaceType(apiSchema.getType(getNamedType(field.type).name))),
      ),
  },
];

/**
 * Not looked at, since data are compared and not texts: the gateway writes fields of several fragments on one type in another order
 * than they were asked for (against 6.3.2 of the specification). Our order is compared, to that of graphql-js.
 */
export const explanationsFor = ({ query }: Operation, graph: Graph): readonly KnownDifference[] =>
  KNOWN_DIFFERENCES.filter(({ concerns }) => concerns(parse(query), graph));

/**
 * An object behind `@interfaceObject` whose type no subgraph tells cannot answer `__typename`, which is never null: the object is
 * null then, and that is an error (6.4.4). The gateway makes it null and says nothing.
 */
export const stockKeepsToItself = ({ message }: EngineAnswer['errors'][number]): boolean =>
  message === 'Cannot tell the type of an object.';
