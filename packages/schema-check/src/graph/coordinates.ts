import { type ASTNode, type ConstDirectiveNode, type DocumentNode, Kind, print, type TypeNode } from 'graphql';
import type { Snapshot, Subgraph } from '../input/snapshot.ts';

/** One place in one subgraph where a coordinate is written down. */
export interface Definition {
  readonly coordinate: string;
  readonly node: ASTNode;
  readonly subgraph: Subgraph;
  /** What it says by itself, without its members: two definitions are alike when these are. */
  readonly text: string;
}

interface Described {
  readonly description?: { readonly value: string } | undefined;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

const decoration = ({ description, directives = [] }: Described): string =>
  [description?.value ?? '', ...directives.map(print)].join(' ');

/** Every type, field, argument, enum value and directive of a subgraph, as `Type.field(argument:)`. */
export function definitionsIn(subgraph: Subgraph): readonly Definition[] {
  const found: Definition[] = [];
  const add = (coordinate: string, node: ASTNode, text: string) => found.push({ coordinate, node, subgraph, text });
  for (const node of subgraph.document.definitions) addDefinition(node, add);
  return found;
}

type Add = (coordinate: string, node: ASTNode, text: string) => void;

function addDefinition(node: DocumentNode['definitions'][number], add: Add): void {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const name = node.name.value;
      add(name, node, `${node.kind} ${node.interfaces?.map((each) => each.name.value).join('&')} ${decoration(node)}`);
      for (const field of node.fields ?? []) {
        const coordinate = `${name}.${field.name.value}`;
        add(coordinate, field, `${print(field.type)} ${decoration(field)}`);
        for (const argument of field.arguments ?? []) addInput(`${coordinate}(${argument.name.value}:)`, argument, add);
      }
      return;
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      add(node.name.value, node, `${node.kind} ${decoration(node)}`);
      for (const field of node.fields ?? []) addInput(`${node.name.value}.${field.name.value}`, field, add);
      return;
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION:
      add(node.name.value, node, `${node.kind} ${decoration(node)}`);
      for (const value of node.values ?? []) add(`${node.name.value}.${value.name.value}`, value, decoration(value));
      return;
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_EXTENSION:
      add(node.name.value, node, print(node));
      return;
    case Kind.DIRECTIVE_DEFINITION:
      add(`@${node.name.value}`, node, node.locations.map(({ value }) => value).join('|'));
      for (const argument of node.arguments ?? [])
        addInput(`@${node.name.value}(${argument.name.value}:)`, argument, add);
      return;
    default:
      return;
  }
}

interface InputNode extends Described {
  readonly type: TypeNode;
  readonly defaultValue?: ASTNode | undefined;
}

const addInput = (coordinate: string, node: ASTNode & InputNode, add: Add): void =>
  add(coordinate, node, `${print(node.type)} ${node.defaultValue ? print(node.defaultValue) : ''} ${decoration(node)}`);

export class Definitions {
  private readonly byCoordinate = new Map<string, Definition[]>();

  constructor(snapshot: Snapshot) {
    for (const subgraph of snapshot.subgraphs)
      for (const definition of definitionsIn(subgraph)) {
        const list = this.byCoordinate.get(definition.coordinate);
        if (list) list.push(definition);
        else this.byCoordinate.set(definition.coordinate, [definition]);
      }
  }

  at(coordinate: string): readonly Definition[] {
    return this.byCoordinate.get(coordinate) ?? [];
  }

  all(): Iterable<readonly Definition[]> {
    return this.byCoordinate.values();
  }

  /** The definition, or that of the nearest thing around it. */
  nearest(coordinate: string): Definition | undefined {
    for (let at: string | undefined = coordinate; at; at = parentOf(at)) {
      const found = this.byCoordinate.get(at)?.[0];
      if (found) return found;
    }
    return undefined;
  }
}

/** `Type.field(argument:)` → `Type.field` → `Type`. */
export function parentOf(coordinate: string): string | undefined {
  const parenthesis = coordinate.indexOf('(');
  if (parenthesis > 0) return coordinate.slice(0, parenthesis);
  const dot = coordinate.indexOf('.');
  return dot > 0 ? coordinate.slice(0, dot) : undefined;
}

export const lineOf = ({ node }: Definition): number => node.loc?.startToken.line ?? 1;

/** The line of the name itself: a description may begin many lines above. */
export const nameLineOf = (definition: Definition): number => {
  const { node } = definition;
  const name = 'name' in node && node.name && 'loc' in node.name ? node.name : undefined;
  return name?.loc?.startToken.line ?? lineOf(definition);
};
