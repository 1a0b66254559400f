import { type ConstDirectiveNode, type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import type { Draft } from '../findings/finding.ts';
import type { ChangedDefinition } from '../graph/changed.ts';
import { type Definition, type Definitions, nameLineOf } from '../graph/coordinates.ts';

const PASCAL = /^[A-Z][A-Za-z0-9]*$/;
const CAMEL = /^_{0,2}[a-z][A-Za-z0-9]*$/;
const UPPER = /^[A-Z][A-Z0-9_]*$/;

type Complaint = readonly [rule: string, reason: string, fix: string];

/** Habits, asked only of what the change itself says: nobody is told off for old sins. */
export function lint(changed: readonly ChangedDefinition[], head: Definitions): readonly Draft[] {
  return changed.flatMap(({ definition, isNew }) => {
    if (isPlumbing(definition)) return [];
    const complaints = [
      ...(isNew ? [...naming(definition), ...description(definition, head)] : []),
      ...deprecation(definition),
      ...(definition.node.kind === Kind.FIELD_DEFINITION
        ? listHabits(definition.coordinate, definition.node, head)
        : []),
    ];
    const { file, name: subgraph } = definition.subgraph;
    return complaints.map(([rule, reason, fix]) => ({
      rule: `lint/${rule}`,
      level: 'warning' as const,
      coordinate: definition.coordinate,
      place: { subgraph, file, line: nameLineOf(definition) },
      reason,
      fix,
    }));
  });
}

/** Names out of a linked specification (`federation__Scope`), and fields that another subgraph describes. */
const isPlumbing = ({ coordinate, node }: Definition): boolean =>
  /^@?_?[A-Za-z][A-Za-z0-9]*__/.test(coordinate) ||
  directivesOf(node).some(({ name }) => /^(federation__)?(external|inaccessible)$/.test(name.value));

const directivesOf = (node: Definition['node']): readonly ConstDirectiveNode[] =>
  ('directives' in node ? (node.directives as readonly ConstDirectiveNode[] | undefined) : undefined) ?? [];

function naming({ coordinate, node }: Definition): readonly Complaint[] {
  const name = coordinate.split(/[.(]/).at(-1)?.replace(/[:)@]/g, '') ?? '';
  if (node.kind === Kind.ENUM_VALUE_DEFINITION)
    return UPPER.test(name)
      ? []
      : [['naming', `The enum value ${name} is not UPPER_CASE.`, `Call it ${toUpper(name)}.`]];
  if (node.kind === Kind.FIELD_DEFINITION || node.kind === Kind.INPUT_VALUE_DEFINITION)
    return CAMEL.test(name) ? [] : [['naming', `${name} is not camelCase.`, `Call it ${toCamel(name)}.`]];
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return [];
  if (!PASCAL.test(name)) return [['naming', `The type ${name} is not PascalCase.`, `Call it ${toPascal(name)}.`]];
  if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && !name.endsWith('Input'))
    return [['naming', `The input type ${name} does not end in "Input".`, `Call it ${name}Input.`]];
  return [];
}

const words = (name: string): readonly string[] => name.split(/_+|(?<=[a-z0-9])(?=[A-Z])/).filter(Boolean);
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
const toUpper = (name: string): string => words(name).join('_').toUpperCase();
const toPascal = (name: string): string => words(name).map(capital).join('');
const toCamel = (name: string): string => toPascal(name).replace(/^./, (first) => first.toLowerCase());

/** One subgraph's description is enough: the composed schema shows it. */
function description({ coordinate, node }: Definition, head: Definitions): readonly Complaint[] {
  const isDescribed = head.at(coordinate).some((each) => 'description' in each.node && each.node.description);
  if (isDescribed || node.kind === Kind.INPUT_VALUE_DEFINITION || node.kind.endsWith('Extension')) return [];
  if (coordinate === 'Query' || coordinate === 'Mutation' || coordinate === 'Subscription') return [];
  return [['description', `${coordinate} is new and has no description.`, 'Say in one sentence what it is for.']];
}

function deprecation({ coordinate, node }: Definition): readonly Complaint[] {
  const deprecated = directivesOf(node).find(({ name }) => name.value === 'deprecated');
  if (!deprecated) return [];
  const reason = deprecated.arguments?.find(({ name }) => name.value === 'reason')?.value;
  if (reason?.kind === Kind.STRING && reason.value.trim() !== '') return [];
  return [
    ['deprecation', `${coordinate} is deprecated without a reason.`, 'Write @deprecated(reason: "Use … instead.").'],
  ];
}

function listHabits(coordinate: string, field: FieldDefinitionNode, head: Definitions): readonly Complaint[] {
  const type = field.type.kind === Kind.NON_NULL_TYPE ? field.type.type : field.type;
  if (type.kind !== Kind.LIST_TYPE) return [];
  const complaints: Complaint[] = [];
  const name = namedOf(type);
  if (type.type.kind !== Kind.NON_NULL_TYPE)
    complaints.push([
      'nullability',
      'The list may contain null, which every client must then handle.',
      `Write [${name}!].`,
    ]);
  const isObject = head
    .at(name)
    .some(({ node }) => node.kind.startsWith('ObjectType') || node.kind.startsWith('InterfaceType'));
  const isEntity = head
    .at(name)
    .some(({ node }) => directivesOf(node).some((each) => /^(federation__)?key$/.test(each.name.value)));
  const isBounded = directivesOf(field).some((each) => /listSize$/.test(each.name.value));
  const isPaged = field.arguments?.some((each) => /^(first|last|limit|ids)$/.test(each.name.value));
  // The lists inside a connection are the page that was asked for.
  const isPage = /Connection\.\w+$/.test(coordinate);
  if (isObject && isEntity && !isBounded && !isPaged && !isPage)
    complaints.push([
      'pagination',
      `The list of ${name} has no page size and no @listSize.`,
      `Return a ${name}Connection with first and after, or add @listSize.`,
    ]);
  return complaints;
}

const namedOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type));
