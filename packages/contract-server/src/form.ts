/** A value of a form: a text, or what brackets in names make of several. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** Reads `a=1&b[c]=2&d[0]=3&e[]=4` as `{ a: '1', b: { c: '2' }, d: ['3'], e: ['4'] }`. A name said twice is a list. */
export function readForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) put(root, pathOf(name), value);
  return toLists(root) as Record<string, FormValue>;
}

const pathOf = (name: string): string[] => {
  const [first = '', ...rest] = name.split('[');
  return [first, ...rest.map((part) => part.replace(/\]$/, ''))];
};

function put(into: Record<string, FormValue>, [name = '', ...rest]: string[], value: string): void {
  const key = name === '' ? String(Object.keys(into).length) : name;
  if (rest.length === 0) {
    const earlier = into[key];
    if (earlier === undefined) into[key] = value;
    else into[key] = Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
    return;
  }
  const inner = into[key];
  const next: Record<string, FormValue> =
    typeof inner === 'object' && !Array.isArray(inner) ? inner : Object.create(null);
  into[key] = next;
  put(next, rest, value);
}

/** What has the names 0, 1, 2 … alone was a list. */
function toLists(value: FormValue): FormValue {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toLists);
  const names = Object.keys(value);
  const values = Object.values(value).map(toLists);
  if (names.length > 0 && names.every((name, index) => name === String(index))) return values;
  return Object.fromEntries(names.map((name, index) => [name, values[index] as FormValue]));
}
