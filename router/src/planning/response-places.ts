import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type CompositeTypes, namedTypeOf } from './supergraph-document.ts';
import type { TypeMembers } from './type-members.ts';

/** A field as it is selected somewhere: for objects of some types, under some conditions. */
export interface SelectedField {
  readonly field: FieldNode;
  /** The names on the way to the object that has the field, joined. */
  readonly place: string;
  /** The type that the schema gives that object; undefined for an entity. */
  readonly on: string | undefined;
  /** The object types for which the field is selected. */
  readonly objects: readonly string[];
  /** The directives of the fragments around it. */
  readonly directives: readonly DirectiveNode[];
}

export const below = (place: string, { alias, name }: FieldNode): string => `${place}.${(alias ?? name).value}`;

export const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));

/** The names in a plan's path, as a place. */
export const placeAt = (place: string, path: readonly (string | number)[]): string =>
  [place, ...path.map((one) => String(one).split('|')[0]).filter((name) => name && name !== '@')].join('.');

/** Goes through an operation, with its fragments written out. */
export class FieldVisitor {
  readonly #types: CompositeTypes;
  readonly #members: TypeMembers;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(types: CompositeTypes, members: TypeMembers, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#types = types;
    this.#members = members;
    this.#fragments = fragments;
  }

  operation({ selectionSet }: OperationDefinitionNode, root: string, visit: (one: SelectedField) => void): void {
    this.#walk(selectionSet, { place: '', on: root, objects: [root], directives: [] }, visit);
  }

  /** The fields of entities that stand at a place. */
  entities(selectionSet: SelectionSetNode, place: string, visit: (one: SelectedField) => void): void {
    this.#walk(selectionSet, { place, on: undefined, objects: [], directives: [] }, visit);
  }

  typeOf({ objects, on, field }: Pick<SelectedField, 'objects' | 'on' | 'field'>): string | undefined {
    for (const type of [...objects, on ?? '']) {
      const definition = this.#types.get(type)?.fields.get(field.name.value);
      if (definition) return namedTypeOf(definition.type);
    }
    return undefined;
  }

  #walk({ selections }: SelectionSetNode, at: Omit<SelectedField, 'field'>, visit: (one: SelectedField) => void): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const one: SelectedField = { ...at, field: selection };
        visit(one);
        const type = this.typeOf(one);
        if (!selection.selectionSet || type === undefined) continue;
        const place = below(at.place, selection);
        const objects = this.#members.objects(type);
        this.#walk(selection.selectionSet, { place, on: type, objects, directives: [] }, visit);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) continue;
      const condition = fragment.typeCondition?.name.value;
      const meant = condition === undefined ? at.objects : this.#members.objects(condition);
      // Of an entity nothing is known but what the fragment around its fields says.
      const unknown = at.on === undefined && at.objects.length === 0;
      const objects = unknown ? meant : at.objects.filter((object) => meant.includes(object));
      const directives = [...at.directives, ...(selection.directives ?? [])];
      this.#walk(fragment.selectionSet, { ...at, objects, directives }, visit);
    }
  }
}
