import type { Dice } from './dice.ts';
import type { AbstractPlan, FieldPlan, GraphPlan, ObjectPlan } from './graph-plan.ts';

const SCALARS = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Json'];

export const newField = (
  name: string,
  type: string,
  owners: readonly string[],
  { args = '', hidden = false }: { readonly args?: string; readonly hidden?: boolean } = {},
): FieldPlan => ({
  name,
  type,
  args,
  owners: [...owners],
  directives: hidden ? ' @inaccessible' : '',
  only: {},
  external: new Set(),
  hidden,
});

/** `X`, `X!`, `[X!]`, `[[X]!]!` and so on. */
export function wrapped(dice: Dice, name: string, lists = dice.pick([0, 0, 0, 1, 1, 2])): string {
  const inner = dice.chance(45) ? `${name}!` : name;
  let type = inner;
  for (let i = 0; i < lists; i++) type = `[${type}]${dice.chance(45) ? '!' : ''}`;
  return type;
}

export function someArguments(dice: Dice, graph: GraphPlan): string {
  if (!dice.chance(35)) return '';
  const choices = [
    'a: Int',
    'a: Int = 3',
    'a: Int!',
    's: String = "s"',
    'l: [Int!]',
    'l: [[ID]] = [["i"], null]',
    'j: Json',
    'b: Boolean = true',
    ...[...graph.enums.keys()].flatMap((name) => [`e: ${name}`, `e: ${name}! = ${graph.enums.get(name)?.values[0]}`]),
    ...[...graph.inputs.keys()].flatMap((name) => [`i: ${name}`, `i: ${name}!`, `i: [${name}!] = [{ n: 1 }]`]),
  ];
  const chosen = new Map(dice.some(choices, 25, 1).map((one) => [one.slice(0, 1), one]));
  return `(${[...chosen.values()].join(' ')})`;
}

/** The named types that a field in these subgraphs may have. */
export function outputName(dice: Dice, graph: GraphPlan): string {
  const objects = [...graph.objects.values()].filter(({ kind }) => kind !== 'key').map(({ name }) => name);
  const kinds: (readonly string[])[] = [
    SCALARS,
    SCALARS,
    [...graph.enums.keys()],
    objects,
    objects,
    [...graph.abstracts.keys(), ...graph.objectInterfaces.keys()],
  ];
  return dice.pick(dice.pick(kinds.filter((names) => names.length > 0)));
}

export const scalarName = (dice: Dice, graph: GraphPlan): string => dice.pick([...SCALARS, ...graph.enums.keys()]);

export function addAbstracts(dice: Dice, graph: GraphPlan): void {
  const entities = [...graph.objects.values()].filter(
    ({ kind, at, compound }) =>
      kind === 'entity' && ![...at.values()].includes('code') && (!compound || compound.includes('id')),
  );
  const values = [...graph.objects.values()].filter(({ kind }) => kind === 'value');
  for (let i = 0; i < dice.between(0, 2); i++)
    addInterface(dice, graph, `Face${i}`, dice.some([...entities, ...values], 50, 1));
  for (let i = 0; i < dice.between(0, 2); i++) {
    const members = dice
      .some(
        [...graph.objects.values()].filter(({ kind }) => kind !== 'key'),
        50,
        1,
      )
      .map(({ name }) => name);
    if (members.length === 0) continue;
    graph.abstracts.set(`Any${i}`, {
      name: `Any${i}`,
      kind: 'union',
      members,
      core: dice.pick(members),
      fields: [],
      at: new Set(),
    });
  }
}

function addInterface(dice: Dice, graph: GraphPlan, name: string, members: readonly ObjectPlan[]): void {
  if (members.length === 0) return;
  const fields = ['id'];
  for (let i = 0; i < dice.between(0, 2); i++) {
    const field = `${name.toLowerCase()}_${i}`;
    const type = wrapped(dice, scalarName(dice, graph));
    const args = someArguments(dice, graph);
    fields.push(field);
    for (const member of members) member.fields.push(newField(field, type, ownersFor(dice, member), { args }));
  }
  const plan: AbstractPlan = {
    name,
    kind: 'interface',
    members: members.map((one) => one.name),
    core: dice.pick(members).name,
    fields,
    at: new Set(),
  };
  graph.abstracts.set(name, plan);
}

/** One subgraph of those that know the entity; sometimes two. Value types are whole wherever they are. */
export function ownersFor(dice: Dice, { kind, at }: ObjectPlan): string[] {
  if (kind === 'value') return [];
  return dice.shuffle([...at.keys()]).slice(0, dice.chance(20) ? 2 : 1);
}
