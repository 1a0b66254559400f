import type { Dice } from './dice.ts';
import { type FieldPlan, type GraphPlan, namedIn, type ObjectInterfacePlan, type ObjectPlan } from './graph-plan.ts';
import { newField, wrapped } from './graph-types.ts';

/** What ties subgraphs together: `@requires`, `@provides` and `@override`. */
export function addTies(dice: Dice, graph: GraphPlan): void {
  for (const object of graph.objects.values()) {
    if (object.kind !== 'entity') continue;
    const inFaces = new Set(
      [...graph.abstracts.values()].flatMap(({ fields, members }) => (members.includes(object.name) ? fields : [])),
    );
    addRequires(dice, graph, object);
    addOverride(dice, object, inFaces);
    addProvides(dice, graph, object, inFaces);
  }
  for (const node of graph.objectInterfaces.values()) addNodeRequires(dice, graph, node);
}

const isLeaf = (graph: GraphPlan, { type }: FieldPlan): boolean => {
  const name = namedIn(type);
  return !graph.objects.has(name) && !graph.abstracts.has(name) && !graph.objectInterfaces.has(name);
};

function addRequires(dice: Dice, graph: GraphPlan, object: ObjectPlan): void {
  for (const home of object.at.keys()) {
    if (!dice.chance(55)) continue;
    // Only what stands before can be required: so nothing requires itself in a circle.
    const candidates = object.fields.filter(
      (field) =>
        !field.owners.includes(home) && field.args === '' && (isLeaf(graph, field) || selectable(graph, field)),
    );
    const required = dice.some(candidates, 40, 1);
    if (required.length === 0) continue;
    for (const field of required) field.external.add(home);
    const selection = required
      .map((field) => `${field.name}${selectable(graph, field) ? nested(graph, field) : ''}`)
      .join(' ');
    const field = newField(`req_${home}`, wrapped(dice, 'String'), [home]);
    field.only[home] = ` @requires(fields: "${selection}")`;
    object.fields.push(field);
  }
}

/** A value type can be required by its own leaves. */
const selectable = (graph: GraphPlan, { type }: FieldPlan): boolean =>
  graph.objects.get(namedIn(type))?.kind === 'value';

function nested(graph: GraphPlan, { type }: FieldPlan): string {
  const leaves =
    graph.objects.get(namedIn(type))?.fields.filter((field) => isLeaf(graph, field) && field.args === '') ?? [];
  return ` { ${leaves.map(({ name }) => name).join(' ')} }`;
}

/** Of a requirement of a requirement of an interface object nothing is planned: `docs/router.md` says so. */
function addNodeRequires(dice: Dice, graph: GraphPlan, { at, fields }: ObjectInterfacePlan): void {
  const own = [...fields];
  for (const home of at) {
    if (!dice.chance(40)) continue;
    const candidates = own.filter((field) => !field.owners.includes(home) && field.args === '' && isLeaf(graph, field));
    const required = dice.some(candidates, 40, 1);
    if (required.length === 0) continue;
    for (const field of required) field.external.add(home);
    const field = newField(`node_req_${home}`, wrapped(dice, 'String'), [home]);
    field.only[home] = ` @requires(fields: "${required.map(({ name }) => name).join(' ')}")`;
    fields.push(field);
  }
}

function addOverride(dice: Dice, object: ObjectPlan, inFaces: ReadonlySet<string>): void {
  if (!dice.chance(30)) return;
  const field = dice.pick([...object.fields, null]);
  if (
    !field ||
    field.external.size > 0 ||
    inFaces.has(field.name) ||
    field.owners.length !== 1 ||
    Object.keys(field.only).length > 0
  )
    return;
  const [owner] = field.owners as [string];
  const from = dice.pick([...object.at.keys()]);
  if (from === owner) return;
  field.owners.push(from);
  field.only[owner] = ` @override(from: "${from}")`;
}

function addProvides(dice: Dice, graph: GraphPlan, object: ObjectPlan, inFaces: ReadonlySet<string>): void {
  const providers = [
    ...graph.roots.map(({ field }) => field),
    ...[...graph.objects.values()].flatMap(({ kind, fields }) => (kind === 'entity' ? fields : [])),
  ].filter(
    ({ type, owners, only }) => namedIn(type) === object.name && owners.length === 1 && Object.keys(only).length === 0,
  );
  if (providers.length === 0 || !dice.chance(50)) return;
  const provider = dice.pick(providers);
  const [home] = provider.owners as [string];
  const provided = object.fields.filter(
    (field) =>
      isLeaf(graph, field) &&
      field.args === '' &&
      !field.hidden &&
      !field.owners.includes(home) &&
      field.owners.length === 1 &&
      !inFaces.has(field.name) &&
      Object.keys(field.only).length === 0,
  );
  const chosen = dice.some(provided, 50, 1);
  if (chosen.length === 0) return;
  provider.only[home] = ` @provides(fields: "${chosen.map(({ name }) => name).join(' ')}")`;
  for (const field of chosen) {
    field.external.add(home);
    const [owner] = field.owners as [string];
    field.only[owner] = ' @shareable';
  }
}
