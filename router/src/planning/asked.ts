import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import { below, FieldVisitor, fragmentsOf } from './response-places.ts';
import type { CompositeTypes } from './supergraph-document.ts';
import type { TypeMembers } from './type-members.ts';

/** What a caller asks for, by place in the answer. */
export interface Asked {
  /** The object types of which a field is asked at a place; undefined where nobody asked for it. */
  objectsFor(place: string, field: FieldNode): readonly string[] | undefined;
}

/** Reads an operation when it is first asked about: for most plans nobody asks. */
export function askedIn(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: string,
  types: CompositeTypes,
  members: TypeMembers,
): Asked {
  let objects: Map<string, Set<string>> | undefined;
  function read(): Map<string, Set<string>> {
    const read = new Map<string, Set<string>>();
    new FieldVisitor(types, members, fragmentsOf(document)).operation(operation, root, (one) => {
      const at = below(one.place, one.field);
      read.set(at, new Set([...(read.get(at) ?? []), ...one.objects]));
    });
    return read;
  }
  return {
    objectsFor(place, field) {
      objects ??= read();
      const found = objects.get(below(place, field));
      return found && [...found];
    },
  };
}
