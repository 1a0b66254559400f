import type { Dice } from './dice.ts';
import { type GraphPlan, namedIn } from './graph-plan.ts';

/** Declares in each subgraph every type that its fields speak of. */
export function spread(dice: Dice, graph: GraphPlan): void {
  // The interface and all that it can be are at home in one subgraph.
  for (const { home, members } of graph.objectInterfaces.values())
    for (const name of members) declare(dice, graph, name, home);
  for (const object of graph.objects.values())
    for (const home of [...object.at.keys()]) visitFields(dice, graph, object.name, home);
  for (const { at, fields } of graph.objectInterfaces.values())
    for (const home of at)
      for (const field of fields)
        if (field.owners.includes(home) || field.external.has(home)) declareAll(dice, graph, field, home);
  for (const { field } of graph.roots) for (const home of field.owners) declareAll(dice, graph, field, home);
}

function declareAll(
  dice: Dice,
  graph: GraphPlan,
  { type, args }: { readonly type: string; readonly args: string },
  home: string,
): void {
  declare(dice, graph, namedIn(type), home);
  for (const name of args.match(/\b(In\d|Enum\d|Json)\b/g) ?? []) declare(dice, graph, name, home);
}

function declare(dice: Dice, graph: GraphPlan, name: string, home: string): void {
  graph.scalars.get(name)?.add(home);
  graph.enums.get(name)?.at.add(home);
  const input = graph.inputs.get(name);
  if (input && !input.at.has(home)) {
    input.at.add(home);
    for (const used of input.uses) declare(dice, graph, used, home);
  }
  const node = graph.objectInterfaces.get(name);
  if (node && node.home !== home) node.at.add(home);
  const abstract = graph.abstracts.get(name);
  if (abstract && !abstract.at.has(home)) {
    abstract.at.add(home);
    declare(dice, graph, abstract.core, home);
  }
  declareObject(dice, graph, name, home);
}

function declareObject(dice: Dice, graph: GraphPlan, name: string, home: string): void {
  const object = graph.objects.get(name);
  if (!object || object.at.has(home)) return;
  if (object.kind !== 'entity') {
    object.at.set(home, 'id');
    visitFields(dice, graph, name, home);
    return;
  }
  const hasBoth = [...object.at.values()].includes('both');
  object.at.set(home, object.compound ? 'part' : hasBoth ? dice.pick(['id', 'code'] as const) : 'id');
  object.resolvable.set(home, dice.chance(40));
  visitFields(dice, graph, name, home);
}

function visitFields(dice: Dice, graph: GraphPlan, name: string, home: string): void {
  const object = graph.objects.get(name);
  if (!object) return;
  if (object.compound?.includes('part')) declare(dice, graph, `Key${name}`, home);
  for (const field of object.fields)
    if (object.kind !== 'entity' || field.owners.includes(home) || field.external.has(home))
      declareAll(dice, graph, field, home);
}
