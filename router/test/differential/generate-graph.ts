import type { Dice } from './dice.ts';
import { type FieldPlan, type GraphPlan, type KeyKind, namedIn, type ObjectPlan } from './graph-plan.ts';
import { spread } from './graph-spread.ts';
import { addTies } from './graph-ties.ts';
import { addAbstracts, newField, outputName, ownersFor, scalarName, someArguments, wrapped } from './graph-types.ts';
import { printGraph } from './print-graph.ts';

/** One SDL per subgraph. Nearly all that come out compose. */
export function generateGraph(dice: Dice): Record<string, string> {
  const subgraphs = ['a', 'b', 'c', 'd'].slice(0, dice.pick([2, 2, 3, 3, 4]));
  const graph: GraphPlan = {
    subgraphs,
    objects: new Map(),
    abstracts: new Map(),
    objectInterfaces: new Map(),
    enums: new Map(),
    inputs: new Map(),
    scalars: new Map([['Json', new Set()]]),
    roots: [],
  };
  addEnums(dice, graph);
  addInputs(dice, graph);
  for (let i = 0; i < dice.between(2, 4); i++) addEntity(dice, graph, `Ent${i}`);
  for (let i = 0; i < dice.between(0, 2); i++) addValue(graph, `Val${i}`);
  addAbstracts(dice, graph);
  if (dice.chance(45)) addObjectInterface(dice, graph);
  for (const object of graph.objects.values()) addFields(dice, graph, object);
  addRoots(dice, graph);
  settleObjectInterface(graph);
  addTies(dice, graph);
  spread(dice, graph);
  return printGraph(graph);
}

function addEnums(dice: Dice, graph: GraphPlan): void {
  for (let i = 0; i < dice.between(0, 2); i++) {
    const values = ['RED', 'LOW', 'X1'].slice(0, dice.between(2, 3)).map((value) => `${value}_${i}`);
    graph.enums.set(`Enum${i}`, { values, hidden: dice.chance(25) ? (values.at(-1) ?? null) : null, at: new Set() });
  }
}

function addInputs(dice: Dice, graph: GraphPlan): void {
  for (let i = 0; i < dice.between(0, 2); i++) {
    const [of] = graph.enums.keys();
    const fields = ['n: Int = 7', 's: String', `deep: In${i}`, `list: [In${i}!]`, 'must: Int! = 1', 'j: Json'];
    if (of) fields.push(`e: ${of}`);
    const chosen = ['n: Int = 7', ...dice.some(fields.slice(1), 50)];
    graph.inputs.set(`In${i}`, { fields: chosen.join(' '), uses: of ? [of, 'Json'] : ['Json'], at: new Set() });
  }
}

function addEntity(dice: Dice, graph: GraphPlan, name: string): void {
  const at = new Map<string, KeyKind>();
  const resolvable = new Map<string, boolean>();
  const homes = dice.some(graph.subgraphs, 55, dice.chance(80) ? 2 : 1);
  const kind = dice.pick(['id', 'id', 'hub', 'part'] as const);
  const compound =
    kind === 'part' ? dice.pick(['id part { a }', 'part { a sub { b } } tag', 'part { a b } id tag']) : null;
  homes.forEach((home, index) => {
    at.set(
      home,
      kind === 'hub'
        ? index === 0
          ? 'both'
          : dice.pick(['id', 'code', 'both'] as const)
        : kind === 'part'
          ? 'part'
          : 'id',
    );
    resolvable.set(home, true);
  });
  if (kind === 'part') addKeyTypes(graph, name);
  graph.objects.set(name, { name, kind: 'entity', fields: [], at, compound, resolvable });
}

function addKeyTypes(graph: GraphPlan, entity: string): void {
  const key = (name: string, fields: readonly FieldPlan[]): ObjectPlan => ({
    name,
    kind: 'key',
    fields: [...fields],
    at: new Map(),
    compound: null,
    resolvable: new Map(),
  });
  graph.objects.set(
    `Key${entity}`,
    key(`Key${entity}`, [
      newField('a', 'String!', []),
      newField('b', 'ID!', []),
      newField('sub', `KeySub${entity}!`, []),
    ]),
  );
  graph.objects.set(`KeySub${entity}`, key(`KeySub${entity}`, [newField('b', 'String!', [])]));
}

const addValue = (graph: GraphPlan, name: string): void =>
  void graph.objects.set(name, {
    name,
    kind: 'value',
    fields: [newField('id', 'ID!', [])],
    at: new Map(),
    compound: null,
    resolvable: new Map(),
  });

function addFields(dice: Dice, graph: GraphPlan, object: ObjectPlan): void {
  if (object.kind === 'key') return;
  const prefix = object.name.toLowerCase();
  for (let i = 0; i < dice.between(1, object.kind === 'value' ? 3 : 5); i++) {
    const name = outputName(dice, graph);
    const hidden = object.kind === 'entity' && dice.chance(8);
    object.fields.push(
      newField(dice.chance(15) ? `f${i}` : `${prefix}_${i}`, outputType(dice, name), ownersFor(dice, object), {
        args: someArguments(dice, graph),
        hidden,
      }),
    );
  }
  // Each subgraph that says to know the entity knows something of it.
  for (const home of object.kind === 'entity' ? object.at.keys() : [])
    if (!object.fields.some(({ owners }) => owners.includes(home)))
      object.fields.push(newField(`${prefix}_at_${home}`, wrapped(dice, scalarName(dice, graph)), [home]));
}

/** Abstract types and objects more often with nulls in them: they have more ways to go wrong. */
const outputType = (dice: Dice, name: string): string => wrapped(dice, name);

function addObjectInterface(dice: Dice, graph: GraphPlan): void {
  const [home, ...others] = dice.shuffle(graph.subgraphs);
  const taken = new Set([...graph.abstracts.values()].flatMap(({ members }) => members));
  const members = [...graph.objects.values()].filter(
    ({ name, kind, compound, at }) =>
      kind === 'entity' && !compound && ![...at.values()].includes('code') && !taken.has(name),
  );
  if (!home || members.length === 0) return;
  const chosen = dice.some(members, 60, 1);
  const at = new Set(dice.some(others, 60, 1));
  const memberAt = others.filter((one) => !at.has(one));
  const fields: FieldPlan[] = [];
  for (const subgraph of at)
    for (let i = 0; i < dice.between(1, 3); i++)
      fields.push(
        newField(`node_${subgraph}_${i}`, wrapped(dice, outputName(dice, graph)), [subgraph], {
          args: someArguments(dice, graph),
        }),
      );
  for (const member of chosen) {
    for (const subgraph of at) member.at.delete(subgraph);
    member.at.set(home, 'id');
    member.resolvable.set(home, true);
  }
  graph.objectInterfaces.set('Node', {
    name: 'Node',
    home,
    members: chosen.map(({ name }) => name),
    fields,
    at,
    memberAt,
  });
}

/** Nowhere may an object be known both as itself and as an object of its interface. */
function settleObjectInterface(graph: GraphPlan): void {
  const node = graph.objectInterfaces.get('Node');
  if (!node) return;
  const settle = (field: FieldPlan, owners: readonly string[]) => {
    const name = namedIn(field.type);
    const isMember = node.members.includes(name);
    const meetsObject = owners.some((owner) => node.at.has(owner));
    const meetsMember = owners.some((owner) => node.memberAt.includes(owner));
    if (isMember && meetsObject) field.type = field.type.replace(name, meetsMember ? 'String' : 'Node');
    if (name === 'Node' && meetsMember) field.type = field.type.replace(name, 'String');
  };
  for (const { kind, fields } of graph.objects.values())
    for (const field of fields) settle(field, kind === 'entity' ? field.owners : graph.subgraphs);
  for (const field of [...node.fields, ...graph.roots.map((root) => root.field)]) settle(field, field.owners);
}

function addRoots(dice: Dice, graph: GraphPlan): void {
  for (const subgraph of graph.subgraphs) {
    for (let i = 0; i < dice.between(1, 3); i++) {
      const field = newField(`${subgraph}${i}`, wrapped(dice, rootName(dice, graph)), [subgraph], {
        args: someArguments(dice, graph),
      });
      graph.roots.push({ kind: 'Query', field });
    }
  }
  if (dice.chance(35)) {
    const owners = dice.some(graph.subgraphs, 50, 2);
    graph.roots.push({ kind: 'Query', field: newField('both', wrapped(dice, rootName(dice, graph)), owners) });
  }
  if (!dice.chance(40)) return;
  for (const subgraph of dice.some(graph.subgraphs, 60, 1))
    for (let i = 0; i < dice.between(1, 2); i++)
      graph.roots.push({
        kind: 'Mutation',
        field: newField(`do_${subgraph}${i}`, wrapped(dice, rootName(dice, graph), dice.pick([0, 0, 1])), [subgraph], {
          args: someArguments(dice, graph),
        }),
      });
}

function rootName(dice: Dice, graph: GraphPlan): string {
  const name = outputName(dice, graph);
  return graph.objects.has(name) || graph.abstracts.has(name) || dice.chance(30)
    ? name
    : dice.pick([...graph.objects.keys()].filter((one) => !one.startsWith('Key')));
}
