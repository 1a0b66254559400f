import type { AbstractPlan, FieldPlan, GraphPlan, ObjectInterfacePlan, ObjectPlan } from './graph-plan.ts';

export const printGraph = (graph: GraphPlan): Record<string, string> =>
  Object.fromEntries(graph.subgraphs.map((home) => [home, printSubgraph(graph, home)]));

function printSubgraph(graph: GraphPlan, home: string): string {
  const parts: string[] = [];
  for (const kind of ['Query', 'Mutation'] as const) {
    const fields = graph.roots.filter((root) => root.kind === kind && root.field.owners.includes(home));
    if (fields.length > 0)
      parts.push(`type ${kind} {\n${fields.map(({ field }) => printField(field, home)).join('\n')}\n}`);
  }
  for (const [name, at] of graph.scalars) if (at.has(home)) parts.push(`scalar ${name}`);
  for (const [name, { values, hidden, at }] of graph.enums)
    if (at.has(home))
      parts.push(
        `enum ${name} { ${values.map((value) => `${value}${value === hidden ? ' @inaccessible' : ''}`).join(' ')} }`,
      );
  for (const [name, { fields, at }] of graph.inputs) if (at.has(home)) parts.push(`input ${name} { ${fields} }`);
  for (const object of graph.objects.values()) if (object.at.has(home)) parts.push(printObject(graph, object, home));
  for (const one of graph.abstracts.values()) if (one.at.has(home)) parts.push(printAbstract(graph, one, home));
  for (const one of graph.objectInterfaces.values()) {
    if (one.home === home) parts.push(`interface ${one.name} @key(fields: "id") {\n  id: ID!\n}`);
    else if (one.at.has(home)) parts.push(printObjectInterface(one, home));
  }
  return parts.join('\n\n');
}

function printField(field: FieldPlan, home: string): string {
  const shared =
    field.owners.length > 1 && !Object.values(field.only).some((one) => one.includes('@override')) ? ' @shareable' : '';
  const only = field.only[home] ?? '';
  const external = field.external.has(home) && !field.owners.includes(home) ? ' @external' : '';
  return `  ${field.name}${field.args}: ${field.type}${only.includes('@shareable') ? '' : shared}${external === '' ? field.directives : ''}${only}${external}`;
}

/** Whether the type declares the field here. */
const declares = (object: ObjectPlan, field: FieldPlan, home: string): boolean =>
  object.kind !== 'entity' || field.owners.includes(home) || field.external.has(home);

function keyFields({ name, compound, at }: ObjectPlan, home: string): Record<string, string> {
  const kind = at.get(home);
  if (compound) {
    return {
      ...(compound.includes('id') && { id: 'ID!' }),
      part: `Key${name}!`,
      ...(compound.includes('tag') && { tag: 'String!' }),
    };
  }
  return { ...(kind !== 'code' && { id: 'ID!' }), ...(kind !== 'id' && { code: 'String!' }) };
}

function printObject(graph: GraphPlan, object: ObjectPlan, home: string): string {
  const implemented = facesOf(graph, object.name, home);
  const faces = implemented.length > 0 ? ` implements ${implemented.join(' & ')}` : '';
  const fields = object.fields.filter((field) => declares(object, field, home)).map((field) => printField(field, home));
  if (object.kind !== 'entity')
    return `type ${object.name}${faces} @shareable {\n${fields.map((one) => one.replace(' @shareable', '')).join('\n')}\n}`;
  const keys = keyFields(object, home);
  const selections = object.compound ? [object.compound] : Object.keys(keys);
  const resolvable = object.resolvable.get(home) || fields.length > 0 ? '' : ', resolvable: false';
  const directives = selections.map((selection) => ` @key(fields: "${selection}"${resolvable})`).join('');
  const own = Object.entries(keys).map(([name, type]) => `  ${name}: ${type}`);
  return `type ${object.name}${faces}${directives} {\n${[...own, ...fields].join('\n')}\n}`;
}

const facesOf = (graph: GraphPlan, name: string, home: string): string[] => [
  ...[...graph.abstracts.values()]
    .filter((one) => one.kind === 'interface' && one.at.has(home) && one.members.includes(name))
    .map((one) => one.name),
  ...[...graph.objectInterfaces.values()]
    .filter((one) => one.home === home && one.members.includes(name))
    .map((one) => one.name),
];

function printAbstract(graph: GraphPlan, one: AbstractPlan, home: string): string {
  const here = one.members.flatMap((name) => {
    const object = graph.objects.get(name);
    return object?.at.has(home) ? [object] : [];
  });
  if (one.kind === 'union') return `union ${one.name} = ${here.map(({ name }) => name).join(' | ')}`;
  const fields = one.fields.flatMap((name) => {
    const all = here.map((object) => {
      if (name === 'id' && object.kind === 'entity') return keyFields(object, home).id ? '  id: ID!' : undefined;
      const field = object.fields.find((candidate) => candidate.name === name);
      return field && declares(object, field, home) ? `  ${field.name}${field.args}: ${field.type}` : undefined;
    });
    return all.every((line) => line !== undefined) && all[0] ? [all[0]] : [];
  });
  return `interface ${one.name} {\n${fields.join('\n')}\n}`;
}

function printObjectInterface({ name, fields }: ObjectInterfacePlan, home: string): string {
  const own = fields
    .filter((field) => field.owners.includes(home) || field.external.has(home))
    .map((field) => printField(field, home));
  const key = own.length > 0 ? '@key(fields: "id")' : '@key(fields: "id", resolvable: false)';
  return `type ${name} ${key} @interfaceObject {\n  id: ID!\n${own.join('\n')}\n}`;
}
