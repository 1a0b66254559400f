import {
  type ASTNode,
  type DocumentNode,
  type FragmentSpreadNode,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  type SelectionSetNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Call, OperationUse } from './facts.ts';

/** Follows an operation through a schema and notes everything it touches. */
export function traceUse(schema: GraphQLSchema, document: DocumentNode): OperationUse {
  const trace = new Trace(schema, document);
  const info = new TypeInfo(schema);
  visit(document, visitWithTypeInfo(info, trace.visitor(info)));
  return trace;
}

class Trace implements OperationUse {
  readonly nodes = new Map<string, ASTNode[]>();
  readonly calls = new Map<string, Call[]>();
  readonly selects = new Set<string>();
  readonly sends = new Set<string>();
  readonly literals = new Map<string, Set<string>[]>();
  readonly abstract = new Map<string, { conditions: Set<string>; hasOwnFields: boolean }>();
  readonly visits = new Set<string>();
  private readonly schema: GraphQLSchema;
  private readonly fragments = new Map<string, string>();

  constructor(schema: GraphQLSchema, { definitions }: DocumentNode) {
    this.schema = schema;
    for (const node of definitions)
      if (node.kind === 'FragmentDefinition') this.fragments.set(node.name.value, node.typeCondition.name.value);
  }

  visitor(info: TypeInfo) {
    return {
      VariableDefinition: (node: VariableDefinitionNode) => this.variable(node),
      NamedType: (node: ASTNode & { name: { value: string } }) => this.name(node.name.value, node),
      SelectionSet: (node: SelectionSetNode) => this.selectionSet(node, info),
      Field: (node: Call['node']) => this.field(node, info),
      Directive: (node: ASTNode & { name: { value: string } }) => this.name(`@${node.name.value}`, node),
      Argument: (node: ASTNode & { name: { value: string } }) => this.argument(node, info),
      ObjectValue: (node: { fields: readonly { name: { value: string } }[] }) => {
        const type = getNamedType(info.getInputType());
        if (isInputObjectType(type))
          push(this.literals, type.name, new Set(node.fields.map((field) => field.name.value)));
      },
      ObjectField: (node: ASTNode & { name: { value: string } }) => {
        const type = getNamedType(info.getParentInputType());
        if (type) this.name(`${type.name}.${node.name.value}`, node);
      },
      EnumValue: (node: ASTNode & { value: string }) => {
        const type = getNamedType(info.getInputType());
        if (isEnumType(type)) this.name(`${type.name}.${node.value}`, node);
      },
    };
  }

  private name(coordinate: string, node: ASTNode): void {
    push(this.nodes, coordinate, node);
  }

  private variable({ type: node }: VariableDefinitionNode): void {
    const type = getNamedType(typeFromAST(this.schema, node as Parameters<typeof typeFromAST>[1]));
    if (type) this.carry(type.name);
  }

  /** An input object may carry any input type that it leads to. */
  private carry(name: string): void {
    if (this.sends.has(name)) return;
    this.sends.add(name);
    const type = this.schema.getType(name);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) this.carry(getNamedType(field.type).name);
  }

  private field(node: Call['node'], info: TypeInfo): void {
    const parent = info.getParentType();
    const definition = info.getFieldDef();
    if (!parent || !definition || node.name.value.startsWith('__')) return;
    const coordinate = `${parent.name}.${node.name.value}`;
    this.name(coordinate, node);
    this.visits.add(parent.name);
    this.selects.add(getNamedType(definition.type).name);
    const given = new Map<string, ValueNode>(node.arguments?.map((argument) => [argument.name.value, argument.value]));
    push(this.calls, coordinate, { node, given });
  }

  private argument(node: ASTNode & { name: { value: string } }, info: TypeInfo): void {
    const directive = info.getDirective();
    const parent = info.getParentType();
    const field = info.getFieldDef();
    if (directive) this.name(`@${directive.name}(${node.name.value}:)`, node);
    else if (parent && field) this.name(`${parent.name}.${field.name}(${node.name.value}:)`, node);
  }

  private selectionSet({ selections }: SelectionSetNode, info: TypeInfo): void {
    const type = info.getParentType();
    if (!isCompositeType(type)) return;
    this.visits.add(type.name);
    if (!isAbstractType(type)) return;
    const known = this.abstract.get(type.name) ?? { conditions: new Set<string>(), hasOwnFields: false };
    this.abstract.set(type.name, known);
    for (const selection of selections) {
      if (selection.kind === 'Field') known.hasOwnFields ||= selection.name.value !== '__typename';
      else known.conditions.add(this.conditionOf(selection) ?? type.name);
    }
  }

  private conditionOf(selection: InlineFragmentNode | FragmentSpreadNode): string | undefined {
    return selection.kind === 'InlineFragment'
      ? selection.typeCondition?.name.value
      : this.fragments.get(selection.name.value);
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
