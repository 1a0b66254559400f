/** JSON in which the same value has the same text: keys sorted at every depth. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const field = (value as Readonly<Record<string, unknown>>)[key];
      return field === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(field)}`];
    });
  return `{${fields.join(',')}}`;
}

/** Of the values a caller sent only those that the operation asks for; one left out differs from one sent as null. */
export function canonicalVariables(names: readonly string[], values: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of names) {
    if (!Object.hasOwn(values, name) || values[name] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(values[name])}`;
  }
  return `{${text}}`;
}
